/* Pipes with a name: who waits when they are opened, what comes through, and
 * when they have ended. */
#include "tree.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>

#define FOLDER   "/fifos"
#define FIFO     FOLDER "/fifo"
#define PAUSE_NS 20000000

static char bytes[70000];

static void pause_shortly(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};

    nanosleep(&pause, NULL);
}

static void make_fifos(void)
{
    SHOW(mkfifo(FIFO, 0640));
    SHOW(mkfifo(FIFO, 0640));
    SHOW(mknod(FOLDER "/other", S_IFIFO | 0604, 0));
    SHOW(mkfifo(FOLDER "/none/x", 0640));
    show_stat(FIFO);
    list(FOLDER);
    SHOW(open(FIFO, O_CREAT | O_EXCL | O_RDWR, 0600));
    SHOW(open(FIFO, O_WRONLY | O_NONBLOCK));
    SHOW(open(FIFO, O_WRONLY | O_NONBLOCK | O_CREAT, 0600));
    SHOW(open(FIFO, O_ACCMODE));
    SHOW(open(FIFO, O_RDONLY | O_DIRECTORY));
    SHOW(truncate(FIFO, 5));
    char *words[] = {FIFO, NULL};
    chmod(FIFO, 0755);
    SHOW(execv(FIFO, words));
}

static int ready(int fd)
{
    struct pollfd asked = {.fd = fd, .events = POLLIN | POLLOUT};

    poll(&asked, 1, 0);
    return asked.revents;
}

/* One process has both ends, and neither waits. */
static void alone(void)
{
    int both = open(FIFO, O_RDWR);
    int count = -1;

    SHOW(both >= 0);
    SHOW(write(both, "12345", 5));
    SHOW(ioctl(both, FIONREAD, &count));
    SHOW(count);
    SHOW(ready(both));
    SHOW(read(both, bytes, 3));
    SHOW(lseek(both, 0, SEEK_SET));
    SHOW(pread(both, bytes, 1, 0));
    SHOW(ftruncate(both, 0));
    SHOW(fsync(both));
    SHOW(fcntl(both, F_GETPIPE_SZ));
    SHOW(fcntl(both, F_SETPIPE_SZ, 8192));
    int path = open(FIFO, O_PATH);
    SHOW(path >= 0);
    SHOW(fcntl(path, F_GETPIPE_SZ));
    close(both);
    both = open(FIFO, O_RDWR | O_NONBLOCK);
    SHOW(read(both, bytes, 9)); /* what was left is gone with the last end */
    SHOW(fcntl(both, F_GETPIPE_SZ));
    show_stat(FIFO);
    close(both);
    close(path);
}

/* A reader that does not wait sees an end only behind a writer. */
static void without_waiting(void)
{
    int reader = open(FIFO, O_RDONLY | O_NONBLOCK);

    SHOW(ready(reader));
    SHOW(read(reader, bytes, 9));
    int writer = open(FIFO, O_WRONLY | O_NONBLOCK);
    SHOW(writer >= 0);
    SHOW(ready(reader));
    SHOW(read(reader, bytes, 9));
    SHOW(write(writer, "abc", 3));
    SHOW(ready(reader));
    SHOW(ready(writer));
    close(writer);
    SHOW(ready(reader));
    SHOW(read(reader, bytes, 9));
    SHOW(read(reader, bytes, 9));
    SHOW(ready(reader));
    int later = open(FIFO, O_RDONLY | O_NONBLOCK);
    SHOW(ready(later));
    SHOW(ready(reader));
    writer = open(FIFO, O_WRONLY);
    close(reader);
    close(later);
    signal(SIGPIPE, SIG_IGN);
    SHOW(ready(writer));
    SHOW(write(writer, "x", 1));
    close(writer);
}

/* Two processes meet, be it that the reader or the writer comes first. */
static void meet(int reader_waits)
{
    struct timespec before, after;
    int status;

    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &before);
    pid_t child = fork();
    if (child == 0) {
        if (!reader_waits) {
            pause_shortly();
        }
        int fd = open(FIFO, O_WRONLY);
        memset(bytes, 'w', sizeof(bytes));
        ssize_t written = write(fd, bytes, sizeof(bytes));
        _exit(written == sizeof(bytes) ? 7 : 1);
    }
    if (reader_waits) {
        pause_shortly();
    }
    int fd = open(FIFO, O_RDONLY);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long waited = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec -
                  before.tv_nsec;
    SHOW(waited >= PAUSE_NS);
    long sum = 0;
    ssize_t size;
    while ((size = read(fd, bytes, 4000)) > 0) {
        sum += size;
    }
    SHOW(sum);
    close(fd);
    waitpid(child, &status, 0);
    SHOW(WEXITSTATUS(status));
}

static void on_signal(int number)
{
    (void)number;
}

/* A signal ends the wait, or it goes on behind the handler. */
static void interrupted(int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    pid_t parent = getpid();

    sigaction(SIGUSR1, &action, NULL);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pause_shortly();
        kill(parent, SIGUSR1);
        if ((flags & SA_RESTART) != 0) {
            pause_shortly();
            close(open(FIFO, O_WRONLY));
        }
        _exit(0);
    }
    int fd = open(FIFO, O_RDONLY);
    SHOW(fd >= 0);
    SHOW(fd < 0 ? errno : 0);
    close(fd);
    waitpid(child, NULL, 0);
}

/* Who waits is killed, and no end is left behind. */
static void killed(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        _exit(open(FIFO, O_RDONLY) >= 0);
    }
    pause_shortly();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    SHOW(open(FIFO, O_WRONLY | O_NONBLOCK));
}

static int opened = -1;

static void *open_here(void *unused)
{
    opened = open(FIFO, O_RDONLY);
    return unused;
}

/* While a thread waits, the number that was free for it is taken. */
static void number_is_taken(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, open_here, NULL);
    pause_shortly();
    int other = open("/dev/null", O_RDONLY);
    int writer = open(FIFO, O_WRONLY);
    pthread_join(thread, NULL);
    SHOW(opened >= 0 && other >= 0 && opened != other && opened != writer);
    SHOW(write(writer, "z", 1));
    SHOW(read(opened, bytes, 5));
    close(opened);
    close(writer);
    close(other);
}

/* A name that goes while both ends are open. */
static void removed(void)
{
    int reader = open(FIFO, O_RDONLY | O_NONBLOCK);
    int writer = open(FIFO, O_WRONLY);

    SHOW(unlink(FIFO));
    SHOW(write(writer, "gone", 4));
    SHOW(read(reader, bytes, 10));
    struct stat s;
    SHOW(fstat(reader, &s));
    SHOW(s.st_nlink);
    close(reader);
    close(writer);
}

static void permissions(void)
{
    mkfifo(FIFO, 0);
    chmod(FIFO, 0622);
    fflush(stdout);
    if (fork() == 0) {
        if (setuid(1000) == 0) {
            SHOW(open(FIFO, O_RDONLY | O_NONBLOCK));
            SHOW(open(FIFO, O_WRONLY | O_NONBLOCK));
            fflush(stdout);
        }
        _exit(0);
    }
    wait(NULL);
    SHOW(unlink(FIFO));
    SHOW(unlink(FOLDER "/other"));
    SHOW(rmdir(FOLDER));
}

int main(void)
{
    begin();
    umask(022);
    mkdir(FOLDER, 0777);
    make_fifos();
    alone();
    without_waiting();
    meet(0);
    meet(1);
    interrupted(0);
    interrupted(SA_RESTART);
    killed();
    number_is_taken();
    removed();
    permissions();
    return 0;
}
