/* The program beside see: see child.h. */
#include "user/see/child.h"

#include "kernel/abi/fcntl.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/wait.h"
#include "user/lib/format.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"
#include "user/lib/vfork.h"

#define PATH_SIZE     4096
#define DEFAULT_PATH  "/bin:/usr/bin"
#define NOT_FOUND     127
#define SIGNAL_STATUS 128
#define BUFFER_SIZE   512
#define READS_MAX     64 /* a look; who writes more has to wait */

static const char *search_path(char **environment)
{
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, "PATH=", strlen("PATH=")) == 0) {
            return *environment + strlen("PATH=");
        }
    }
    return DEFAULT_PATH;
}

/* Becomes the program. Returns why it did not. */
static long become(char **words, char **environment)
{
    char path[PATH_SIZE];
    const char *folder = search_path(environment);
    if (strchr(words[0], '/') != NULL) {
        return __syscall3(SYS(execve), (long)words[0], (long)words,
                          (long)environment);
    }
    while (*folder != '\0') {
        const char *end = folder;
        while (*end != ':' && *end != '\0') {
            end++;
        }
        size_t length = (size_t)(end - folder);
        if (length + strlen(words[0]) + sizeof("/") <= sizeof(path)) {
            memcpy(path, folder, length);
            sprint(path + length, sizeof(path) - length, "/%s", words[0]);
            __syscall3(SYS(execve), (long)path, (long)words, (long)environment);
        }
        folder = *end == ':' ? end + 1 : end;
    }
    return -ENOENT;
}

static void redirect(const int *pipe)
{
    long nothing = open_file("/dev/null");
    __syscall3(SYS(dup3), nothing, STDIN_FILENO, 0);
    __syscall3(SYS(dup3), pipe[1], STDOUT_FILENO, 0);
    __syscall3(SYS(dup3), pipe[1], STDERR_FILENO, 0);
}

long child_start(struct child *child, char **words, char **environment)
{
    static volatile long error; /* the child has our memory until it is it */
    int pipe[2];
    error = __syscall2(SYS(pipe2), (long)pipe, O_CLOEXEC);
    if (error != 0) {
        return error;
    }
    long pid = vfork();
    if (pid == 0) {
        redirect(pipe);
        error = become(words, environment);
        exit(NOT_FOUND);
    }
    close(pipe[1]);
    if (is_error(pid) || error != 0) {
        close(pipe[0]);
        return is_error(pid) ? pid : error;
    }
    __syscall3(SYS(fcntl), pipe[0], F_SETFL, O_NONBLOCK);
    *child = (struct child){.pid = (int)pid, .output = pipe[0]};
    return 0;
}

static void take_byte(struct child *child, char byte)
{
    bool is_end = byte == '\n' || byte == '\r';
    if (is_end && child->used > 0) {
        memcpy(child->line, child->next, child->used);
        child->line[child->used] = '\0';
        child->used = 0;
    } else if (!is_end && child->used < CHILD_LINE_MAX - 1) {
        child->next[child->used] = byte;
        child->used++;
    }
}

static void take_output(struct child *child)
{
    char buffer[BUFFER_SIZE];
    for (unsigned i = 0; i < READS_MAX && child->output >= 0; i++) {
        long size = read(child->output, buffer, sizeof(buffer));
        if (size == -EAGAIN || size == -EINTR) {
            return;
        }
        if (size <= 0) {
            take_byte(child, '\n');
            close(child->output);
            child->output = -1;
            return;
        }
        for (long at = 0; at < size; at++) {
            take_byte(child, buffer[at]);
        }
    }
}

void child_look(struct child *child)
{
    if (child->pid == 0 || child->is_over) {
        return;
    }
    int status;
    long ended = __syscall4(SYS(wait4), child->pid, (long)&status, WNOHANG, 0);
    take_output(child);
    if (ended == child->pid) {
        child->is_over = true;
        child->status = status;
        take_byte(child, '\n');
    }
}

void child_stop(struct child *child)
{
    if (child->pid != 0 && !child->is_over) {
        __syscall2(SYS(kill), child->pid, SIGSTOP);
        child->is_stopped = true;
    }
}

void child_continue(struct child *child)
{
    if (child->is_stopped && !child->is_over) {
        __syscall2(SYS(kill), child->pid, SIGCONT);
    }
    child->is_stopped = false;
}

int child_end(struct child *child)
{
    if (child->pid == 0) {
        return 0;
    }
    if (!child->is_over) {
        __syscall2(SYS(kill), child->pid, SIGKILL);
        __syscall4(SYS(wait4), child->pid, (long)&child->status, 0, 0);
        child->is_over = true;
    }
    return WIFEXITED(child->status) ? WEXITSTATUS(child->status)
                                    : SIGNAL_STATUS + WTERMSIG(child->status);
}
