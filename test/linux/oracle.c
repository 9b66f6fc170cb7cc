/* Runs one case after the other, and tells what each said and how it ended. It
 * is the first program of the Linux that is asked what programs do: answers go
 * into memory that the host shares, and at the end the machine is switched off.
 * On Brix, where no such memory is, they go to standard output.
 *
 * Case N has two files: /cases/N/words, the program's path and its arguments,
 * each ended by a 0, and /cases/N/input, its standard input, given by a pipe.
 * An answer is its length and a wait status, 32 bits each, then what came on
 * standard output and standard error, in the order in which it was written. The
 * shared memory begins with the number of answers. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The memory of QEMU's ivshmem-plain, oracle.py says where. */
#define MEMORY         "/sys/bus/pci/devices/0000:00:10.0/resource2"
#define ANSWER_MAX     (4 << 20) /* without shared memory */
#define WORDS_SIZE     4096
#define WORDS_MAX      16
#define NO_EXEC_STATUS 127

struct __attribute__((packed)) answer {
    uint32_t length;
    uint32_t status; /* as waitpid gives it */
    char output[];
};

static uint32_t *answer_count; /* null: answers go to standard output */
static char *next_answer;
static char *memory_end;

static void die(const char *what)
{
    perror(what);
    reboot(RB_POWER_OFF);
}

static int open_file_of_case(unsigned number, const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/cases/%u/%s", number, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static void take_memory(void)
{
    static char answer[ANSWER_MAX];
    next_answer = answer;
    memory_end = answer + sizeof(answer);
}

static void map_memory(void)
{
    struct stat memory;
    int file = open(MEMORY, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        take_memory();
        return;
    }
    if (fstat(file, &memory) != 0) {
        die(MEMORY);
    }
    char *start = mmap(NULL, (size_t)memory.st_size, PROT_READ | PROT_WRITE,
                       MAP_SHARED, file, 0);
    if (start == MAP_FAILED) {
        die(MEMORY);
    }
    answer_count = (uint32_t *)start;
    *answer_count = 0;
    next_answer = start + sizeof(*answer_count);
    memory_end = start + memory.st_size;
}

/* The read end of a pipe that gets all of the file INPUT, from a child. */
static int pipe_from(int input)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        die("pipe");
    }
    if (fork() == 0) {
        close(ends[0]);
        char data[4096];
        ssize_t size;
        while ((size = read(input, data, sizeof(data))) > 0 &&
               write(ends[1], data, (size_t)size) == size) {
        }
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

/* Becomes the program of the words from WORDS to END, each ended by a 0: a
 * leader of a session of its own. */
static void become(char *words, const char *end, int input, int output)
{
    static char *environment[] = {"PATH=/bin", NULL};
    char *arguments[WORDS_MAX + 1] = {NULL};
    for (int i = 0; words < end && i < WORDS_MAX; i++) {
        arguments[i] = words;
        words += strlen(words) + 1;
    }
    setsid();
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execve(arguments[0], arguments, environment);
    perror(arguments[0]);
    _exit(NO_EXEC_STATUS);
}

/* All that comes from the pipe OUTPUT becomes the answer's. */
static void take_output(struct answer *answer, int output)
{
    char *to = answer->output;
    ssize_t size;
    while ((size = read(output, to, (size_t)(memory_end - to))) > 0) {
        to += size;
    }
    if (to == memory_end) {
        die("the memory for answers is full: read");
    }
    answer->length = (uint32_t)(to - answer->output);
}

/* ANSWER is whole. */
static void give(const struct answer *answer)
{
    size_t size = sizeof(*answer) + answer->length;
    if (answer_count != NULL) {
        next_answer += size;
        (*answer_count)++;
        return;
    }
    for (size_t given = 0; given < size;) {
        ssize_t more =
            write(STDOUT_FILENO, (const char *)answer + given, size - given);
        if (more < 0) {
            die("write");
        }
        given += (size_t)more;
    }
}

static void run(char *words, const char *end, int input)
{
    struct answer *answer = (struct answer *)next_answer;
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0) {
        die("pipe");
    }
    int from = pipe_from(input);
    pid_t child = fork();
    if (child == 0) {
        become(words, end, from, output[1]);
    }
    close(from);
    close(output[1]);
    take_output(answer, output[0]);
    close(output[0]);
    int status = 0;
    if (waitpid(child, &status, 0) != child) {
        die("waitpid");
    }
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    answer->status = (uint32_t)status;
    give(answer);
}

/* Runs case NUMBER. Returns 0 if there is none. */
static int run_case(unsigned number)
{
    char words[WORDS_SIZE];
    int words_file = open_file_of_case(number, "words");
    if (words_file < 0) {
        return 0;
    }
    ssize_t size = read(words_file, words, sizeof(words));
    int input = open_file_of_case(number, "input");
    run(words, words + size, input);
    close(words_file);
    close(input);
    return 1;
}

int main(void)
{
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    map_memory();
    unsigned number = 0;
    while (run_case(number)) {
        number++;
    }
    if (answer_count != NULL) {
        printf("%u cases\n", number);
        fflush(stdout);
        reboot(RB_POWER_OFF);
    }
}
