/* sh: free and maps, from the files in which the kernel tells. */
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define MEMINFO      "/proc/meminfo"
#define MAPS         "/proc/self/maps"
#define KIB_PER_MIB  1024
#define MEMINFO_SIZE 4096 /* more than the lines that are read here */

int builtin_maps(int count, char **words)
{
    (void)count;
    (void)words;
    long file = open_file(MAPS);
    if (is_error(file)) {
        return report_error(MAPS, file);
    }
    long error = copy_file((int)file);
    close((int)file);
    return is_error(error) ? report_error(MAPS, error) : SH_SUCCESS;
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
