/* What a C library sets up before main and does after it: constructors, thread
 * local variables, atexit, long jumps, and the output that is still buffered.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static __thread int thread_local_number = 41;
static __thread int thread_local_zero;
static int constructed;
static jmp_buf place;

__attribute__((constructor)) static void construct(void)
{
    constructed = 1;
}

__attribute__((destructor)) static void destruct(void)
{
    printf("destructed\n");
}

static void at_exit(void)
{
    printf("at exit\n");
}

int main(void)
{
    atexit(at_exit);
    thread_local_number++;
    printf("constructed %d, thread local %d and %d\n", constructed,
           thread_local_number, thread_local_zero);
    int jumped = setjmp(place);
    if (jumped < 3) {
        longjmp(place, jumped + 1);
    }
    printf("jumped %d times, and no newline at the end", jumped);
    return 7;
}
