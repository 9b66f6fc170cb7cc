/* Debugged as an i386 program by test_program32.py: arguments on the stack,
 * 64-bit values, an x87 value, a callback out of the C library, a structure. */
#include <stdio.h>
#include <stdlib.h>

struct pair {
    int key;
    long long value;
};

static int compare(const void *left, const void *right)
{
    const struct pair *a = left;
    const struct pair *b = right;

    return a->key - b->key;
}

__attribute__((noipa)) static double half(double whole)
{
    double result = whole / 2;

    return result;
}

__attribute__((noipa)) static int deep(int level, const char *text)
{
    if (level == 0) {
        return puts(text);
    }
    return deep(level - 1, text) + 1;
}

int main(int argc, char **argv)
{
    struct pair pairs[] = {{3, 30}, {1, 1ll << 40}, {2, 20}};

    qsort(pairs, 3, sizeof(pairs[0]), compare);
    printf("%d %f\n", pairs[0].key, half(argc));
    return deep(3, argv[0]) == 0;
}
