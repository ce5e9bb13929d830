#pragma once

#include <stddef.h>
#include <stdint.h>

/// The driver of libFuzzer: takes the options from the arguments and calls `target` with inputs until it is done.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));

/// Starts to measure the heap; AddressSanitizer reports each allocation to it.
void heap_meter_start(void);

/// Stops; the most bytes that were allocated at the same time since the start.
size_t heap_meter_stop(void);
