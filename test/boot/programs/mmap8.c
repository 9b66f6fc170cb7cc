/* Asks mmap for 8 bytes and writes a whole page, since that is what it gets;
 * with an argument it writes one byte more, and should not. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

int main(int argc, char **argv)
{
    (void)argv;
    /* Two pages, the second given back, so that nothing lies behind. */
    char *place =
        mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(place, 2 * PAGE);
    char *bytes = mmap(place, 8, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("the first byte is %d, ", bytes[0]);
    memset(bytes, 1, PAGE);
    printf("the last one %d\n", bytes[PAGE - 1]);
    fflush(stdout);
    if (argc > 1) {
        ((volatile char *)bytes)[PAGE] = 1;
        printf("and one more\n");
    }
    return munmap(bytes, 8);
}
