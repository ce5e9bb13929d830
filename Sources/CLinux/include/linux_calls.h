/* System calls that Glibc declares with _GNU_SOURCE only, which Swift's own module of it leaves out. */
#include <stdint.h>

int linux_syncfs(int descriptor);
int linux_fallocate(int descriptor, int64_t offset, int64_t count);
/* sync_file_range(2) that starts to write and does not wait. */
int linux_start_writing(int descriptor, int64_t offset, int64_t count);
