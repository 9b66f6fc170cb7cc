/* sh: free and maps, from the files in which the kernel tells. */
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define PROC         "/proc/"
#define MEMINFO      "/proc/meminfo"
#define KIB_PER_MIB  1024
#define MEMINFO_SIZE 4096 /* more than the lines that are read here */

bool process_file(const char *pid, const char *name, char *path)
{
    const char *folder = pid != NULL ? pid : "self";
    const char *parts[] = {PROC, folder, name};
    size_t used = 0;
    if (strchr(folder, '/') != NULL ||
        strlen(PROC) + strlen(folder) + strlen(name) >= SH_PATH_MAX) {
        return false;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        memcpy(path + used, parts[i], strlen(parts[i]) + 1);
        used += strlen(parts[i]);
    }
    return true;
}

/* maps [PID] */
int builtin_maps(int count, char **words)
{
    char path[SH_PATH_MAX];
    if (!process_file(count > 1 ? words[1] : NULL, "/maps", path)) {
        return report_error(words[1], -ENOENT);
    }
    long file = open_file(path);
    if (is_error(file)) {
        return report_error(path, file);
    }
    long error = copy_file((int)file);
    close((int)file);
    return is_error(error) ? report_error(path, error) : SH_SUCCESS;
}

/* The number in the line "FIELD:   1234 kB" of TEXT, or 0. */
static unsigned long field_of(const char *text, const char *field)
{
    size_t length = strlen(field);
    while (strncmp(text, field, length) != 0) {
        text = strchr(text, '\n');
        if (text == NULL) {
            return 0;
        }
        text++;
    }
    text += length;
    while (*text == ':' || *text == ' ') {
        text++;
    }
    unsigned long value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (unsigned long)(*text - '0');
    }
    return value;
}

static void print_field(const char *text, const char *field, const char *what)
{
    unsigned long value = field_of(text, field);
    printf("%-10s%10lu kB %7lu MiB\n", what, value, value / KIB_PER_MIB);
}

int builtin_free(int count, char **words)
{
    (void)count;
    (void)words;
    char text[MEMINFO_SIZE + 1];
    long file = open_file(MEMINFO);
    if (is_error(file)) {
        return report_error(MEMINFO, file);
    }
    long size = read((int)file, text, MEMINFO_SIZE);
    close((int)file);
    if (is_error(size)) {
        return report_error(MEMINFO, size);
    }
    text[size] = '\0';
    print_field(text, "MemTotal", "total");
    print_field(text, "MemFree", "free");
    print_field(text, "MemAvailable", "available");
    map_print_totals();
    return SH_SUCCESS;
}
