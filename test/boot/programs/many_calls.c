/* Makes more calls than a record has room for. */
#include <stdio.h>
#include <unistd.h>

#define CALLS 40000

int main(void)
{
    int parent = 0;
    for (int i = 0; i < CALLS; i++) {
        parent |= getppid();
    }
    printf("%d calls: %s\n", CALLS, parent >= 0 ? "done" : "wrong");
    return 0;
}
