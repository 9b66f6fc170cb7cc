/* Runs itself once more, and makes a copy of itself, while a debugger has a
 * breakpoint in it, and looks for the breakpoint where it must not be. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 65536 /* of the file's beginning, in which stop_here is */

extern const char __executable_start[];

int child_status = -1; /* what the other one saw in itself */
int copy_status = -1;  /* and its copy, which ran over the place */
int in_file;           /* the first byte of stop_here */

__attribute__((noinline)) void stop_here(void)
{
    __asm__ volatile("");
}

static int first_byte(const char *image)
{
    long offset = (const char *)stop_here - __executable_start;
    return ((const unsigned char *)image)[offset];
}

int main(int argc, char **argv)
{
    char *const arguments[] = {argv[0], "child", NULL};

    if (argc > 1) {
        return first_byte(__executable_start);
    }
    stop_here();
    pid_t child = vfork();
    if (child == 0) {
        execv("/proc/self/exe", arguments);
        _exit(1);
    }
    waitpid(child, &child_status, 0);
    child = fork();
    if (child == 0) {
        stop_here();
        _exit(first_byte(__executable_start));
    }
    waitpid(child, &copy_status, 0);
    int file = open("/proc/self/exe", O_RDONLY);
    in_file = first_byte(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, file, 0));
    stop_here();
    return 0;
}
