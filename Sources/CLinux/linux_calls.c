#define _GNU_SOURCE
#include "linux_calls.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/vfs.h>
#include <unistd.h>

int linux_syncfs(int descriptor) { return syncfs(descriptor); }

int linux_fallocate(int descriptor, int64_t offset, int64_t count) { return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count); }

ssize_t linux_copy_range(int source, int64_t offset, int target, int64_t count) {
  return copy_file_range(source, &offset, target, NULL, count, 0);
}

int linux_start_writing(int descriptor, int64_t offset, int64_t count) {
  return sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}

ssize_t linux_list(int descriptor, void *buffer, size_t size) { return getdents64(descriptor, buffer, size); }

int linux_processor_count(void) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  /* Refused where there are more than 1024. */
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int64_t linux_file_system_type(int descriptor) {
  struct statfs status;
  return fstatfs(descriptor, &status) == 0 ? status.f_type : -1;
}
