/* Calls that cannot work, and the errno of each. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE      4096
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define NO_CALL   1000000

/* The compiler must not see what is wrong. */
static void *volatile bad = (void *)8;
static volatile int minus_one = -1;

static void show(const char *call, long result)
{
    printf("%-40s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call) show(#call, (long)(call))

int main(void)
{
    char byte;
    char *page = mmap(NULL, PAGE, PROT_READ, ANONYMOUS, -1, 0);
    SHOW(read(minus_one, &byte, 1));
    SHOW(write(77, &byte, 1));
    SHOW(write(STDOUT_FILENO, bad, 1));
    SHOW(write(STDOUT_FILENO, bad, 0));
    SHOW(writev(STDOUT_FILENO, bad, 1));
    SHOW(writev(STDOUT_FILENO, NULL, minus_one));
    SHOW(writev(STDOUT_FILENO, NULL, 0));
    SHOW(close(77));
    SHOW(open("/no/such/file", O_RDONLY));
    SHOW(open(bad, O_RDONLY));
    SHOW(syscall(NO_CALL));
    SHOW(mmap(NULL, 0, PROT_READ, ANONYMOUS, -1, 0));
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0));
    SHOW(mmap(NULL, SIZE_MAX - PAGE, PROT_READ, ANONYMOUS, -1, 0));
    SHOW(mmap(page + 1, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0));
    SHOW(munmap(page + 1, PAGE));
    SHOW(munmap(page, 0));
    SHOW(munmap(page, PAGE));
    SHOW(munmap(page, PAGE));
    SHOW(mprotect(page, PAGE, PROT_READ));
    SHOW(mprotect(page + 1, PAGE, PROT_READ));
    SHOW(mprotect(page, 0, PROT_READ));
    return 0;
}
