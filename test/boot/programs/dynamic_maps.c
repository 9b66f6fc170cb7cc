/* A program for the dynamic linker: shows what it and the linker have mapped,
 * and that the library's data, constructors and threads' memory work. Inodes'
 * numbers are nobody's business. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __thread int local = 7;
static const char *constructed = "no";

__attribute__((constructor)) static void construct(void)
{
    constructed = "yes";
}

static void at_end(void)
{
    printf("at the end\n");
}

int main(int argc, char **argv)
{
    char line[512], rights[8], name[256];
    unsigned long start, end, offset;
    FILE *maps = fopen("/proc/self/maps", "r");

    (void)argc;
    if (maps == NULL) {
        return 1;
    }
    atexit(at_end);
    while (fgets(line, sizeof(line), maps) != NULL) {
        name[0] = '\0';
        sscanf(line, "%lx-%lx %7s %lx %*s %*s %255s", &start, &end, rights,
               &offset, name);
        printf("%lx-%lx %s %lx %s\n", start, end, rights, offset, name);
    }
    fclose(maps);
    printf("%s, constructed: %s, local: %d, %g\n", argv[0], constructed, local,
           sqrt((double)strlen(argv[0]) + local));
    errno = 0;
    printf("%d %s\n", fopen("/no/such", "r") == NULL, strerror(errno));
    return 5;
}
