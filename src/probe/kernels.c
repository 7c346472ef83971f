/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/kernels.h"

#include "base/compiler.h"

/* Sums that are in flight at once: a multiply-add takes four cycles, and two or more start in each.
 * They are written out one by one, since a compiler keeps an array of them in memory. */
#define SUMS           12
#define EACH(DO)       DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

#define FLOAT_START(k) sum##k = start + (float)(k);
#define FLOAT_STEP(k)  sum##k = sum##k * factor + step;
#define FLOAT_END(k)   start += sum##k;

/* clang-format off */
/* NOLINTBEGIN(bugprone-macro-parentheses): an attribute and a type cannot have any */
/*
 * The kernels with vectors of so many bytes.  The sums of calculate() begin at different values
 * and come to rest at 1: no step is infinitely small or large, and no compiler can know it.
 */
#define KERNELS(name, bytes, attributes)                                                           \
	typedef double doubles_##name __attribute__((vector_size(bytes), may_alias));              \
	typedef float floats_##name __attribute__((vector_size(bytes)));                           \
                                                                                                   \
	attributes hl_unchecked static double                                                      \
	read_##name(const double *a, size_t n)                                                     \
	{                                                                                          \
		const doubles_##name *p = (const void *)a;                                         \
		doubles_##name sum0 = { 0 }, sum1 = sum0, sum2 = sum0, sum3 = sum0;                \
		double sum = 0;                                                                    \
		for (size_t i = 0; i < n / (bytes); i += 4) {                                      \
			sum0 += p[i];                                                              \
			sum1 += p[i + 1];                                                          \
			sum2 += p[i + 2];                                                          \
			sum3 += p[i + 3];                                                          \
		}                                                                                  \
		sum0 += sum1 + sum2 + sum3;                                                        \
		for (size_t j = 0; j < (bytes) / sizeof(double); j++)                              \
			sum += sum0[j];                                                            \
		return sum;                                                                        \
	}                                                                                          \
                                                                                                   \
	attributes hl_unchecked static void                                                        \
	triad_##name(double *a, const double *b, const double *c, size_t n)                        \
	{                                                                                          \
		doubles_##name *to = (void *)a;                                                    \
		const doubles_##name *x = (const void *)b, *y = (const void *)c;                   \
		for (size_t i = 0; i < n / (bytes); i++)                                           \
			to[i] = x[i] + 3.0 * y[i];                                                 \
	}                                                                                          \
                                                                                                   \
	attributes hl_unchecked static float                                                       \
	calculate_##name(size_t rounds)                                                            \
	{                                                                                          \
		floats_##name start = { 0 }, factor, step;                                         \
		floats_##name sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7, sum8, sum9, sum10;   \
		floats_##name sum11;                                                               \
		float total = 0;                                                                   \
		start += (float)(rounds % 7);                                                      \
		factor = start * 0 + 0.999F;                                                       \
		step = start * 0 + 0.001F;                                                         \
		EACH(FLOAT_START)                                                                  \
		for (size_t i = 0; i < rounds; i++) {                                              \
			EACH(FLOAT_STEP)                                                           \
		}                                                                                  \
		EACH(FLOAT_END)                                                                    \
		for (size_t j = 0; j < (bytes) / sizeof(float); j++)                               \
			total += start[j];                                                         \
		return total;                                                                      \
	}                                                                                          \
                                                                                                   \
	static const struct kernels kernels_##name = {                                             \
		.vectors = #name,                                                                  \
		.read = read_##name,                                                               \
		.triad = triad_##name,                                                             \
		.calculate = calculate_##name,                                                     \
		.operations = 2.0 * SUMS * (bytes) / sizeof(float),                                \
	};
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */

KERNELS(plain, 16, )

#ifdef __x86_64__
# define FOR(which) __attribute__((target(which)))
KERNELS(avx2, 32, FOR("avx2,fma"))
KERNELS(avx512, 64, FOR("avx512f,fma"))
#endif

const struct kernels *
kernels_choose(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return &kernels_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &kernels_avx2;
#endif
	return &kernels_plain;
}
