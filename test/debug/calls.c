/* What test_calls.py debugs, as a student compiles it: -g -O0. */
#include <stdio.h>

static int counter;

int leaf(int a)
{
    counter += a;
    return a * 2;
}

int marker(int a)
{
    int b = a + 1;
    printf("marker %d\n", b);
    return b;
}

int nested(int a)
{
    return leaf(a) + marker(a);
}

int bad(const int *where)
{
    return *where;
}

int main(void)
{
    int result = marker(5);
    result += nested(7);
    return bad(&result) == 0;
}
