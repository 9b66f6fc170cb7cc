/* Where the kernel places anonymous mappings around 2 MiB: a line for each,
 * kind, length and address. A page before each keeps the next one from being
 * aligned by chance. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

#define PAGE       4096ul
#define LARGE      (512 * PAGE)
#define ANONYMOUS  (MAP_PRIVATE | MAP_ANONYMOUS)
#define READ_WRITE (PROT_READ | PROT_WRITE)

static const unsigned long lengths[] = {
    PAGE, LARGE - PAGE, LARGE, LARGE + PAGE, 2 * LARGE - PAGE, 16 * LARGE,
};

static void *map(unsigned long length)
{
    return mmap(NULL, length, READ_WRITE, ANONYMOUS, -1, 0);
}

static void say(const char *kind, unsigned long length, const void *address)
{
    printf("%s %lu %lu\n", kind, length, (unsigned long)address);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        unsigned long length = lengths[i];
        say("before", PAGE, map(PAGE));
        say("mmap", length, map(length));
        say("before", PAGE, map(PAGE));
        say("mremap", length, mremap(map(PAGE), PAGE, length, MREMAP_MAYMOVE));
    }
    return 0;
}
