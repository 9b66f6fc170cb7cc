/* Starts each program that /shapes/list names, and says how that went. A line
 * of the list is
 *
 *     NAME PERSONALITY STACK
 *
 * the file /shapes/NAME, the personality to start it with and the limit of its
 * stack; both numbers are hexadecimal. */
#include "kernel/abi/fcntl.h"
#include "kernel/abi/resource.h"
#include "kernel/abi/wait.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/lib/vfork.h"

#define FOLDER    "/shapes/"
#define LIST      FOLDER "list"
#define LIST_SIZE 262144
#define PATH_SIZE 128
#define NO_EXEC   127

static char list[LIST_SIZE];
static char *environment[] = {NULL};
static volatile long answer; /* of execve, which the child leaves here */

static uint64_t hexadecimal(const char **text)
{
    uint64_t value = 0;
    for (; **text != ' ' && **text != '\n'; (*text)++) {
        char digit = **text;
        value = value * 16 +
                (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    (*text)++;
    return value;
}

static void run(const char *path, uint64_t personality, uint64_t stack)
{
    char *arguments[] = {(char *)path, NULL};
    int status = 0;

    answer = 0;
    long child = vfork();
    if (child == 0) {
        const struct rlimit64 limit = {.current = stack, .maximum = UINT64_MAX};
        __syscall1(SYS(personality), (long)personality);
        __syscall4(SYS(prlimit64), 0, RLIMIT_STACK, (long)&limit, 0);
        answer = __syscall3(SYS(execve), (long)path, (long)arguments,
                            (long)environment);
        exit(NO_EXEC);
    }
    if (is_error(child) ||
        is_error(__syscall4(SYS(wait4), child, (long)&status, 0, 0))) {
        printf("=== could not run\n");
    } else if (answer != 0) {
        printf("=== error %d\n", (int)-answer);
    } else if (WIFEXITED(status)) {
        printf("=== exit %d\n", WEXITSTATUS(status));
    } else {
        printf("=== signal %d\n", WTERMSIG(status));
    }
}

static bool read_list(void)
{
    long file = open_file(LIST);
    size_t size = 0;
    long got = is_error(file) ? -1 : 1;

    while (got > 0 && size < sizeof(list) - 1) {
        got = read((int)file, list + size, sizeof(list) - 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    return got == 0;
}

int main(void)
{
    char path[PATH_SIZE] = FOLDER;

    if (!read_list()) {
        printf("=== " LIST " can't be read\n");
        return 1;
    }
    for (const char *at = list; *at != '\0';) {
        size_t length = sizeof(FOLDER) - 1;
        while (*at != ' ' && length < sizeof(path) - 1) {
            path[length] = *at;
            length++;
            at++;
        }
        path[length] = '\0';
        at++;
        uint64_t personality = hexadecimal(&at);
        uint64_t stack = hexadecimal(&at);
        printf("=== %s\n", path);
        run(path, personality, stack);
    }
    printf("=== end\n");
    return 0;
}
