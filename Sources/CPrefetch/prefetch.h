/* Asks the processor to fetch the cache line of an address, which need not be mapped. */
static inline void prefetch(const void *address) { __builtin_prefetch(address); }
