# The --enable options. Sanitizers, fuzzing and coverage make a build for
# testing (hllm_plain=no), which leaves the hardening out.

# HLLM_ARG_ENABLE(NAME, HELP, DEFAULT)
AC_DEFUN([HLLM_ARG_ENABLE], [
  AC_ARG_ENABLE([$1], [AS_HELP_STRING([$2])], [], [enable_$1=$3])])

AC_DEFUN([HLLM_ENABLE_SANITIZERS], [
  HLLM_ARG_ENABLE([sanitizers],
    [[--enable-sanitizers[=LIST]], [stop at what LIST finds [address,undefined]]], [no])
  AS_CASE([$enable_sanitizers], [yes], [enable_sanitizers=address,undefined])
  AC_SUBST([SANITIZERS], [$enable_sanitizers])
  hllm_plain=yes
  AS_IF([test "$enable_sanitizers" != no], [
    hllm_plain=no
    HLLM_NEED_CFLAGS([TEST_CFLAGS],
      [-fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer])])])

AC_DEFUN([HLLM_ENABLE_FUZZING], [
  HLLM_ARG_ENABLE([fuzzing], [[--enable-fuzzing], [build the fuzz targets (clang)]], [no])
  AS_IF([test "$enable_fuzzing" != no], [
    hllm_plain=no
    HLLM_NEED_CFLAGS([TEST_CFLAGS], [-fsanitize=fuzzer-no-link])])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" != no])])

AC_DEFUN([HLLM_ENABLE_COVERAGE], [
  HLLM_ARG_ENABLE([coverage], [[--enable-coverage], [count the lines that run, for gcov]], [no])
  AS_IF([test "$enable_coverage" != no], [
    hllm_plain=no
    HLLM_NEED_CFLAGS([TEST_CFLAGS], [--coverage -fprofile-update=atomic])])])

AC_DEFUN([HLLM_ENABLE_HARDENING], [
  HLLM_ARG_ENABLE([hardening], [[--disable-hardening], [leave the hardening flags out]], [yes])
  AS_IF([test "$enable_hardening:$hllm_plain" = yes:yes], [
    HLLM_TRY_CFLAGS([HARD_CFLAGS], [-fstack-protector-strong -fstack-clash-protection
      -fcf-protection -ftrivial-auto-var-init=zero -fPIE])
    HLLM_TRY_CFLAGS([FORTIFY], [-D_FORTIFY_SOURCE=3])
    AS_IF([test -z "$FORTIFY"], [HLLM_TRY_CFLAGS([FORTIFY], [-D_FORTIFY_SOURCE=2])])
    AC_SUBST([HARD_CPPFLAGS], ["${FORTIFY:+-U_FORTIFY_SOURCE$FORTIFY}"])
    HLLM_TRY_LDFLAGS([HARD_LDFLAGS], [-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack])],
    [enable_hardening=no])])

AC_DEFUN([HLLM_ENABLE_WERROR], [
  HLLM_ARG_ENABLE([werror], [[--enable-werror], [stop at any warning]], [no])
  AS_IF([test "$enable_werror" != no], [AS_VAR_APPEND([WARN_CFLAGS], [" -Werror"])])])

# HLLM_WITH_DIR(VARIABLE, WHAT, DEFAULT-IN-WORDS, DEFAULT)
# --with-VARIABLE=DIR: a folder that make install installs to.
AC_DEFUN([HLLM_WITH_DIR], [
  AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1=DIR], [$2 @<:@$3@:>@])],
    [], [with_$1='$4'])
  AC_SUBST([$1], [$with_$1])])
