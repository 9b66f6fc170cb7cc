/* Writes one MiB of numbered lines: none may be lost or changed. */
#include <stdio.h>

#define LINES       16384
#define LINE_LENGTH 63

int main(void)
{
    for (int i = 0; i < LINES; i++) {
        printf("%-*d\n", LINE_LENGTH, i);
    }
    return 0;
}
