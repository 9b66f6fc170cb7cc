/* A program to be parsed, not run: it has all the segments that a C library
 * brings along. */
#include <stdio.h>

static int table[5000];

int main(int argc, char **argv)
{
    table[argc] = argc;
    printf("%s %d\n", argv[0], table[1]);
    return 0;
}
