/* A program whose name has a new line and a backslash, and more that lists have
 * to stand: executes itself by the path that is its argument, and shows how
 * /proc tells of it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TEXT_MAX (64 * 1024)
#define PAGE     4096

static char text[TEXT_MAX + 1];

static const char *read_all(const char *path)
{
    int fd = open(path, O_RDONLY);
    size_t size = 0;
    ssize_t got;

    while ((got = read(fd, text + size, TEXT_MAX - size)) > 0) {
        size += (size_t)got;
    }
    text[size] = '\0';
    close(fd);
    return text;
}

static void show_paths(void)
{
    read_all("/proc/self/maps");
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char *path = strchr(line, '/');
        if (path != NULL) {
            puts(path);
        }
    }
}

/* The line of FILE from FROM up to and without END. */
static void show_part(const char *file, const char *from, const char *end)
{
    const char *start = strstr(read_all(file), from);

    printf("%.*s\n", (int)strcspn(start, end), start);
}

static void show(void)
{
    char link[PAGE] = "";

    show_part("/proc/self/status", "Name:", "U");
    show_part("/proc/self/comm", "", "");
    show_part("/proc/self/stat", "(", ")");
    if (readlink("/proc/self/exe", link, sizeof(link) - 1) > 0) {
        printf("exe %s\n", link);
    }
    show_paths();
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc == 2) {
        execl(argv[1], "again", "and", "show", NULL);
        perror("exec");
        return EXIT_FAILURE;
    }
    show();
    return EXIT_SUCCESS;
}
