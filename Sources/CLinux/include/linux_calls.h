/* System calls that Glibc declares with _GNU_SOURCE only, which Swift's own module of it leaves out. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int linux_syncfs(int descriptor);
/* fallocate(2) that leaves the size of the file as it is: what is appended then begins where it would have. */
int linux_fallocate(int descriptor, int64_t offset, int64_t count);
/* copy_file_range(2) to the position of the target, by reference (FICLONERANGE) where the file system shares blocks. */
ssize_t linux_copy_range(int source, int64_t offset, int target, int64_t count);
/* getdents64(2): as many records of names as fit into the buffer, in one call. */
ssize_t linux_list(int descriptor, void *buffer, size_t size);
/* The number of processors that this process may run on, by sched_getaffinity(2). */
int linux_processor_count(void);
/* sync_file_range(2) that starts to write and does not wait. */
int linux_start_writing(int descriptor, int64_t offset, int64_t count);
/* The type of a file system as linux/magic.h numbers it, by fstatfs(2); -1 on failure. */
int64_t linux_file_system_type(int descriptor);
