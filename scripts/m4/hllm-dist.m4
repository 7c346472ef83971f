# HLLM_REPRODUCIBLE_DIST
# Has make dist write the same bytes wherever, whenever and by whomever it is
# run: names sorted, no owner, one date, modes without the umask, no times of
# access in pax headers, and xz as it works on one processor.  That takes GNU
# tar; with another one the tarball is as good, but not the same every time.
AC_DEFUN([HLLM_REPRODUCIBLE_DIST], [
  AC_REQUIRE([AM_INIT_AUTOMAKE])
  AC_SUBST([DIST_XZ_OPT], ['-6 -T1'])
  AS_IF([tar --version 2>/dev/null | grep GNU >/dev/null], [
    am__tar='LC_ALL=C tar --format=posix --pax-option=delete=atime,delete=ctime'
    AS_VAR_APPEND([am__tar], [' --sort=name --owner=0 --group=0 --numeric-owner'])
    AS_VAR_APPEND([am__tar], [' --mode=u+rwX,go=rX'])
    AS_VAR_APPEND([am__tar], [' --mtime=@$$($(SHELL) $(srcdir)/scripts/source-date)'])
    AS_VAR_APPEND([am__tar], [' -chf - "$$tardir"'])])])
