/* Says "ready", looks away for as many seconds as the argument says while
 * someone types, and then tells how many lines came before the line "end", and
 * the sum of their bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 256

int main(int argc, char **argv)
{
    char line[LINE_SIZE];
    unsigned lines = 0;
    unsigned long sum = 0;

    puts("ready");
    sleep(argc > 1 ? (unsigned)atoi(argv[1]) : 0);
    while (fgets(line, sizeof(line), stdin) != NULL &&
           strcmp(line, "end\n") != 0) {
        for (const char *byte = line; *byte != '\0'; byte++) {
            sum += (unsigned char)*byte;
        }
        lines++;
    }
    printf("%u lines, sum %lu\n", lines, sum);
    return 0;
}
