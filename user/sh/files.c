/* sh: ls, cat, cd, pwd. */
#include "kernel/abi/dirent.h"
#include "kernel/abi/fcntl.h"
#include "user/lib/linux.h"
#include "user/lib/malloc.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define BUFFER_SIZE 4096
#define SORTED_MAX  1000 /* names; more come in the directory's order */

long copy_file(int file)
{
    char buffer[BUFFER_SIZE];
    while (true) {
        long size = read(file, buffer, sizeof(buffer));
        long error = size > 0 ? write(STDOUT_FILENO, buffer, (size_t)size) : 0;
        if (run_is_interrupted()) {
            return 0;
        }
        if (size <= 0 || is_error(error)) {
            return size <= 0 ? size : error;
        }
    }
}

static int cat_file(const char *path)
{
    long file = open_file(path);
    if (is_error(file)) {
        return report_error(path, file);
    }
    long error = copy_file((int)file);
    close((int)file);
    return is_error(error) ? report_error(path, error) : SH_SUCCESS;
}

int builtin_cat(int count, char **words)
{
    if (count == 1) {
        copy_file(STDIN_FILENO);
        return SH_SUCCESS;
    }
    int status = SH_SUCCESS;
    for (int i = 1; i < count && !run_is_interrupted(); i++) {
        status |= cat_file(words[i]);
    }
    return status;
}

int builtin_cd(int count, char **words)
{
    const char *path = count > 1 ? words[1] : "/";
    long error = __syscall1(SYS(chdir), (long)path);
    return is_error(error) ? report_error(path, error) : SH_SUCCESS;
}

int builtin_pwd(int count, char **words)
{
    (void)count;
    char path[SH_PATH_MAX];
    long error = __syscall2(SYS(getcwd), (long)path, sizeof(path));
    if (is_error(error)) {
        return report_error(words[0], error);
    }
    printf("%s\n", path);
    return SH_SUCCESS;
}

/* The names in a directory, in the order of their bytes: a list that grows by
 * realloc. A directory's name ends with a slash. */
struct names {
    char **names;
    size_t count;
};

/* The first place whose name comes after NAME. */
static size_t place_of(const struct names *list, const char *name)
{
    size_t place = 0;
    while (place < list->count && strcmp(list->names[place], name) < 0) {
        place++;
    }
    return place;
}

/* Returns 0 or -ENOMEM. */
static long names_insert(struct names *list, const struct linux_dirent64 *entry)
{
    size_t length = strlen(entry->name);
    char *name = malloc(length + sizeof("/"));
    char **names =
        realloc(list->names, (list->count + 1) * sizeof(list->names[0]));
    if (names != NULL) {
        list->names = names;
    }
    if (name == NULL || names == NULL) {
        free(name);
        return -ENOMEM;
    }
    memcpy(name, entry->name, length + 1);
    if (entry->type == DT_DIR) {
        memcpy(name + length, "/", sizeof("/"));
    }
    size_t place = place_of(list, name);
    memmove(&names[place + 1], &names[place],
            (list->count - place) * sizeof(names[0]));
    names[place] = name;
    list->count++;
    return 0;
}

static void names_free(struct names *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (struct names){0};
}

static void names_print(const struct names *list)
{
    for (size_t i = 0; i < list->count; i++) {
        printf("%s\n", list->names[i]);
    }
}

static bool is_hidden(const struct linux_dirent64 *entry)
{
    return entry->name[0] == '.';
}

/* The entries that one getdents64 answered. */
static long names_insert_all(struct names *list, const char *buffer, long size)
{
    for (long offset = 0; offset < size;) {
        const struct linux_dirent64 *entry =
            (const struct linux_dirent64 *)(const void *)(buffer + offset);
        long error = is_hidden(entry) ? 0 : names_insert(list, entry);
        if (error != 0) {
            return error;
        }
        offset += entry->length;
    }
    return 0;
}

/* Shows the names in FILE: sorted as long as they are few, and after that as
 * they come, so that a large directory takes no memory. */
static long list_directory(struct names *list, int file)
{
    _Alignas(struct linux_dirent64) char buffer[BUFFER_SIZE];
    bool is_large = false;
    while (!run_is_interrupted()) {
        long size =
            __syscall3(SYS(getdents64), file, (long)buffer, sizeof(buffer));
        long error = size > 0 ? names_insert_all(list, buffer, size) : size;
        is_large = is_large || list->count > SORTED_MAX;
        if (is_large || size <= 0) {
            names_print(list);
            names_free(list);
        }
        if (size <= 0 || is_error(error)) {
            return error;
        }
    }
    return 0;
}

int builtin_ls(int count, char **words)
{
    const char *path = count > 1 ? words[1] : ".";
    long file = open_file(path);
    if (is_error(file)) {
        return report_error(path, file);
    }
    struct names list = {0};
    long error = list_directory(&list, (int)file);
    close((int)file);
    names_free(&list);
    return is_error(error) ? report_error(path, error) : SH_SUCCESS;
}
