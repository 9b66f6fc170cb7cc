/* Copies its input to standard output, and its bytes of even value to standard
 * error, too. */
#include <stdio.h>

int main(void)
{
    static char errors[BUFSIZ];
    setvbuf(stderr, errors, _IOFBF, sizeof(errors));
    for (int c; (c = getchar()) != EOF;) {
        putchar(c);
        if (c % 2 == 0) {
            fwrite(&c, 1, 1, stderr);
        }
    }
    return 0;
}
