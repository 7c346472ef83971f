# HLLM_TRY_CFLAGS(VARIABLE, FLAGS)
# Adds to VARIABLE those of FLAGS that the compiler takes without a warning.
# _FORTIFY_SOURCE warns where it has no effect, hence the header and -Werror.
AC_DEFUN([HLLM_TRY_CFLAGS], [
  AC_SUBST([$1])
  for hllm_flag in m4_normalize([$2]); do
    AS_VAR_PUSHDEF([hllm_takes], [hllm_cv_cflag_$hllm_flag])
    AC_CACHE_CHECK([whether $CC takes $hllm_flag], [hllm_takes], [
      hllm_saved_CFLAGS=$CFLAGS
      CFLAGS="$CFLAGS -Werror $hllm_flag"
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM([@%:@include <stdio.h>])],
        [AS_VAR_SET([hllm_takes], [yes])], [AS_VAR_SET([hllm_takes], [no])])
      CFLAGS=$hllm_saved_CFLAGS])
    AS_VAR_IF([hllm_takes], [yes], [AS_VAR_APPEND([$1], [" $hllm_flag"])])
    AS_VAR_POPDEF([hllm_takes])
  done])

# HLLM_TRY_LDFLAGS(VARIABLE, FLAGS)
# The same for the linker.
AC_DEFUN([HLLM_TRY_LDFLAGS], [
  AC_SUBST([$1])
  for hllm_flag in m4_normalize([$2]); do
    AS_VAR_PUSHDEF([hllm_takes], [hllm_cv_ldflag_$hllm_flag])
    AC_CACHE_CHECK([whether the linker takes $hllm_flag], [hllm_takes], [
      hllm_saved_LDFLAGS=$LDFLAGS
      LDFLAGS="$LDFLAGS $hllm_flag"
      AC_LINK_IFELSE([AC_LANG_PROGRAM()],
        [AS_VAR_SET([hllm_takes], [yes])], [AS_VAR_SET([hllm_takes], [no])])
      LDFLAGS=$hllm_saved_LDFLAGS])
    AS_VAR_IF([hllm_takes], [yes], [AS_VAR_APPEND([$1], [" $hllm_flag"])])
    AS_VAR_POPDEF([hllm_takes])
  done])

# HLLM_NEED_CFLAGS(VARIABLE, FLAGS)
# Adds all of FLAGS to VARIABLE; the compiler has to compile and link with them.
AC_DEFUN([HLLM_NEED_CFLAGS], [
  AC_SUBST([$1])
  AC_MSG_CHECKING([whether $CC works with $2])
  hllm_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS $2"
  AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([$CC cannot build with $2])])
  CFLAGS=$hllm_saved_CFLAGS
  AS_VAR_APPEND([$1], [" $2"])])
