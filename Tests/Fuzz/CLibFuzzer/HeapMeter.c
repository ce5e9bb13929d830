// In C, because the hooks run within malloc and so must not allocate. The targets have one thread.

#include "CLibFuzzer.h"

int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(const volatile void *, size_t), void (*free_hook)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *address);

static int is_installed;
static int is_running;
// Signed: what was allocated before the start may be freed after it.
static ptrdiff_t live;
static ptrdiff_t peak;

static void on_malloc(const volatile void *address, size_t size) {
    if (!is_running) return;
    live += size;
    if (live > peak) peak = live;
}

static void on_free(const volatile void *address) {
    if (is_running) live -= __sanitizer_get_allocated_size(address);
}

void heap_meter_start(void) {
    if (!is_installed) is_installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
    live = peak = 0;
    is_running = 1;
}

size_t heap_meter_stop(void) {
    is_running = 0;
    return peak;
}
