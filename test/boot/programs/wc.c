/* Counts lines, words and bytes of its input, through stdio. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

int main(void)
{
    long lines = 0, words = 0, bytes = 0;
    bool is_in_word = false;
    for (int c = getchar(); c != EOF; c = getchar()) {
        bytes++;
        lines += (c == '\n');
        words += (!isspace(c) && !is_in_word);
        is_in_word = !isspace(c);
    }
    printf("%ld %ld %ld\n", lines, words, bytes);
    return 0;
}
