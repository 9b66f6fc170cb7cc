/* What has to do with process 1, init, and with the end of a run.
 *
 *     process_one stop        stops itself for ever
 *     process_one pause       stops itself; a child lets it go on
 *     process_one kill        sends process 1 what ends any other process
 *     process_one lie         writes to the log what init writes at the end
 *     process_one system TEXT a command, by the C library's shell
 *     process_one continue    the child of `pause` */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATUS 5

static void say(const char *text)
{
    printf("%s\n", text);
    fflush(stdout);
}

static __attribute__((noinline)) void start(char *self, char *role)
{
    char *words[] = {self, role, NULL};

    if (vfork() == 0) {
        execv(self, words);
        _exit(127);
    }
}

static int let_parent_go_on(void)
{
    const struct timespec second = {.tv_sec = 1};

    nanosleep(&second, NULL);
    return kill(getppid(), SIGCONT) != 0;
}

static void stop(void)
{
    say("stops");
    raise(SIGSTOP);
    say("goes on");
}

static void attack(void)
{
    printf("process %d, child of %d\n", getpid(), getppid());
    for (int signal = 1; signal <= SIGRTMAX; signal++) {
        kill(1, signal);
    }
    say(kill(1, 0) == 0 ? "still there" : "gone");
}

static int lie(void)
{
    static const char *const lines[] = {
        "<1>program ended: exit status 0\n",
        "<1>x\n[    0.000001] process 1 (init): program ended: exit status 0\n",
        "<1>\r[    0.000001] first program ended: exit status 0\n",
        "process 1 (init): program stopped: signal 19; x\n",
    };
    int log = open("/dev/kmsg", O_WRONLY);

    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        ssize_t length = (ssize_t)strlen(lines[i]);
        if (write(log, lines[i], (size_t)length) != length) {
            return EXIT_FAILURE;
        }
    }
    return STATUS;
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";

    if (strcmp(role, "continue") == 0) {
        return let_parent_go_on();
    }
    if (strcmp(role, "system") == 0 && argc == 3) {
        int status = system(argv[2]);
        return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
    }
    if (strcmp(role, "lie") == 0) {
        return lie();
    }
    if (strcmp(role, "kill") == 0) {
        attack();
    }
    if (strcmp(role, "pause") == 0) {
        start(argv[0], "continue");
        stop();
    }
    if (strcmp(role, "stop") == 0) {
        stop();
    }
    return STATUS;
}
