/* The threads of test_byte_map_threads.c, built with TSan (host.mk). */
#include "test/host/test_byte_map_threads.c"
