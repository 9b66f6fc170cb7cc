/* The smallest program of all: stdio on both outputs. */
#include <stdio.h>

int main(void)
{
    printf("hello, %s\n", "world");
    fprintf(stderr, "and stderr\n");
    return 0;
}
