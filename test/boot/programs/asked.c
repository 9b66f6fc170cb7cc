/* Asks for memory of which it touches some: tools/run --summary says how much.
 * A child gives back what its parent keeps. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE  4096u
#define KEPT  (3 * PAGE + 1)
#define LARGE (6u << 20)
#define SMALL (64 * PAGE)

static char *map(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return at;
}

static void touch_and_unmap(size_t size)
{
    char *at = map(size);

    at[0] = 1;
    printf("munmap: %d\n", munmap(at, size));
}

/* What the kernel reads, nobody has touched before. */
static void hand_over_and_unmap(size_t size)
{
    char *at = map(size);
    int ends[2];

    if (pipe(ends) != 0) {
        perror("pipe");
        exit(1);
    }
    printf("write: %zd\n", write(ends[1], at, 1));
    printf("munmap: %d\n", munmap(at, size));
}

static int child(char *kept)
{
    kept[PAGE] = 2;
    return munmap(kept, KEPT) == 0 ? 3 : 1;
}

int main(void)
{
    char *kept = map(KEPT);
    int status;

    kept[0] = 1;
    touch_and_unmap(LARGE);
    hand_over_and_unmap(LARGE);
    touch_and_unmap(SMALL);
    printf("refused: %d\n", munmap(kept + 1, PAGE));
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(child(kept));
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return 1;
    }
    printf("child: %d\n", WEXITSTATUS(status));
    return 0;
}
