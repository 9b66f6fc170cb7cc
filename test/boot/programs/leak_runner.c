/* Runs each command of the file /commands several times and prints how much
 * memory is free before the first and after each run:
 *
 *     @ NUMBER STATUS BEFORE AFTER...     in KiB
 *
 * A command is a line of words with tabs between them; the word "<" and a path
 * at its end name its standard input. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS        3
#define WORDS_MAX     16
#define COMMANDS_SIZE 16384

static char commands[COMMANDS_SIZE];

static size_t read_file(const char *path, char *to, size_t size)
{
    int file = open(path, O_RDONLY);
    ssize_t got = read(file, to, size - 1);
    close(file);
    if (got < 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    to[got] = '\0';
    return (size_t)got;
}

static long free_kib(void)
{
    static char text[4096];
    read_file("/proc/meminfo", text, sizeof(text));
    return strtol(strstr(text, "MemFree:") + strlen("MemFree:"), NULL, 10);
}

/* Splits LINE in place. Returns the file of its standard input. */
static const char *split(char *line, char **words)
{
    size_t count = 0;
    for (char *word = strtok(line, "\t"); word != NULL && count < WORDS_MAX - 1;
         word = strtok(NULL, "\t")) {
        words[count++] = word;
    }
    words[count] = NULL;
    if (count > 2 && strcmp(words[count - 2], "<") == 0) {
        words[count - 2] = NULL;
        return words[count - 1];
    }
    return "/dev/null";
}

static int run(const char *input, char **words)
{
    static char *environment[] = {NULL};
    int status = -1;
    pid_t child = vfork();

    if (child == 0) {
        dup2(open(input, O_RDONLY), STDIN_FILENO);
        execve(words[0], words, environment);
        _exit(EXIT_FAILURE);
    }
    waitpid(child, &status, 0);
    while (wait(NULL) > 0) {
    } /* those that it left behind */
    return status;
}

static void measure(int number, char *line)
{
    char *words[WORDS_MAX];
    const char *input = split(line, words);
    long before = free_kib();
    long after[ROUNDS];
    int status = 0;

    for (int i = 0; i < ROUNDS; i++) {
        status = run(input, words);
        after[i] = free_kib();
    }
    printf("\n@ %d %d %ld", number, status, before);
    for (int i = 0; i < ROUNDS; i++) {
        printf(" %ld", after[i]);
    }
    printf("\n");
    fflush(stdout);
}

int main(void)
{
    int number = 0;

    read_file("/commands", commands, sizeof(commands));
    printf("\n@ free %ld\n", free_kib());
    for (char *line = commands; *line != '\0'; number++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        measure(number, line);
        line = end + 1;
    }
    return EXIT_SUCCESS;
}
