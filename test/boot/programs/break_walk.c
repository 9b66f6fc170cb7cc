/* Moves the program break up and down, by odd numbers of bytes too. By the
 * system call itself: musl's sbrk refuses to move it. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE    4096
#define TOO_LOW 4096
#define TOO_FAR (UINTPTR_MAX - PAGE)

static const intptr_t steps[] = {1, 7, 4088, 4096, -4096, 100000, -50000, 3};
static char output[BUFSIZ]; /* so that stdio allocates none */

static char *move_break(uintptr_t to)
{
    return (char *)(uintptr_t)syscall(SYS_brk, to);
}

int main(void)
{
    setvbuf(stdout, output, _IOFBF, sizeof(output));
    char *first = move_break(0);
    char *now = first;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        char *after = move_break((uintptr_t)now + steps[i]);
        if (steps[i] > 0) {
            now[0] = 'a';
            after[-1] = 'z';
        }
        printf("%ld: from %ld to %ld\n", (long)steps[i], (long)(now - first),
               (long)(after - first));
        now = after;
    }
    /* What was given back and taken again is zero, page by page. */
    now = move_break((uintptr_t)first);
    now = move_break((uintptr_t)first + 4 * PAGE);
    int clean = 0;
    for (char *byte = now - 3 * PAGE; byte < now; byte++) {
        clean += (*byte == 0);
    }
    printf("%d bytes of %d are zero\n", clean, 3 * PAGE);
    printf("too low: %ld\n", (long)(move_break(TOO_LOW) - now));
    printf("too far: %ld\n", (long)(move_break(TOO_FAR) - now));
    return 0;
}
