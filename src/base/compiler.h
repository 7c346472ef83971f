/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compiler - what we tell the compiler about functions, and two small macros. */
#ifndef HLLM_BASE_COMPILER_H
#define HLLM_BASE_COMPILER_H

#define hl_printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define hl_must_check        __attribute__((warn_unused_result))
#define hl_noreturn          __attribute__((noreturn))
#define hl_cold              __attribute__((cold))
#define hl_likely(x)         __builtin_expect(!!(x), 1)
#define hl_unlikely(x)       __builtin_expect(!!(x), 0)

/* Of a large local variable that is filled at once: hardened builds need not clear it first. */
#if defined(__has_attribute)
# if __has_attribute(uninitialized)
#  define hl_filled __attribute__((uninitialized))
# endif
#endif
#ifndef hl_filled
# define hl_filled
#endif

/* Of a loop whose speed is what it is there for: builds with sanitizers leave it as it is. */
#define hl_unchecked    __attribute__((no_sanitize("address", "undefined")))

#define HL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
