#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <unistd.h>

int linux_syncfs(int descriptor) { return syncfs(descriptor); }

int linux_fallocate(int descriptor, int64_t offset, int64_t count) { return fallocate(descriptor, 0, offset, count); }

int linux_start_writing(int descriptor, int64_t offset, int64_t count) {
  return sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
