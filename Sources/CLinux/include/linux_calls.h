/* System calls that Glibc declares with _GNU_SOURCE only, which Swift's own module of it leaves out. */
#include <stdint.h>

int linux_syncfs(int descriptor);
