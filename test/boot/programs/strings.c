/* The string functions at all small lengths and alignments, up to the edge of
 * a page behind which nothing is: the C library picks vector instructions. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE       4096
#define LENGTH_MAX 300

static uint32_t sum = 1;

static void add(uint64_t value)
{
    sum = (sum ^ (uint32_t)value) * 16777619u;
}

static void try_at(char *edge, const char *source, size_t length)
{
    char *text = edge - length - 1;
    memcpy(text, source, length);
    text[length] = '\0';
    add(strlen(text));
    add(memchr(text, 'q', length) == NULL);
    add(strchr(text, 'x') == NULL);
    add((uint64_t)(strrchr(text, 'e') == NULL));
    add(strcmp(text, source) < 0);
    add(strncmp(text, source, length) == 0);
    memmove(text - 5, text, length + 1);
    add(strlen(text - 5));
    memset(text, 'm', length + 1);
    add(memcmp(text, edge - 1, 1) == 0);
}

int main(void)
{
    static char source[LENGTH_MAX + 1];
    for (int i = 0; i < LENGTH_MAX; i++) {
        source[i] = (char)('a' + (i * 7) % 26);
    }
    char *pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 2 * PAGE, PAGE, PROT_NONE);
    for (size_t length = 0; length < LENGTH_MAX; length++) {
        for (size_t offset = 0; offset < 64; offset += 3) {
            try_at(pages + 2 * PAGE - offset, source, length);
        }
    }
    char big[20000];
    memset(big, 'b', sizeof(big));
    big[sizeof(big) - 1] = '\0';
    add(strlen(big));
    add(strstr(big, "bbc") == NULL);
    printf("%08x\n", sum);
    return 0;
}
