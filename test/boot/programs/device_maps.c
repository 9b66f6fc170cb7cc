/* mmap of what is no regular file: /dev/zero is memory, all else is refused;
 * and what the way of opening allows. */
#define _GNU_SOURCE /* mremap */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul
#define SIZE (4 * PAGE)

static const char *const devices[] = {"/dev/zero", "/dev/full", "/dev/null",
                                      "/dev/urandom"};

static const struct {
    const char *name;
    int value;
} ways[] =
    {
        {"r", O_RDONLY},
        {"w", O_WRONLY},
        {"rw", O_RDWR},
},
  types[] =
      {
          {"private", MAP_PRIVATE},
          {"shared", MAP_SHARED},
},
  rights[] = {
      {"none", PROT_NONE},
      {"read", PROT_READ},
      {"write", PROT_WRITE},
      {"both", PROT_READ | PROT_WRITE},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Is all of it zero, and can it be written, thrown away and moved? */
static void use(volatile char *p, int right)
{
    int sum = 0;

    if ((right & PROT_READ) == 0) {
        return;
    }
    for (size_t i = 0; i < SIZE; i++) {
        sum += p[i];
    }
    printf(", sum %d", sum);
    if ((right & PROT_WRITE) == 0) {
        return;
    }
    p[1] = 'a';
    p[3 * PAGE] = 'b';
    char *moved = mremap((void *)p, SIZE, SIZE, MREMAP_MAYMOVE);
    printf(", %c%c", moved[1], moved[3 * PAGE]);
    madvise(moved, SIZE, MADV_DONTNEED);
    printf(", then %d %d", moved[1], moved[3 * PAGE]);
}

/* The name that the map shows for P. */
static void say_name(const char *p)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[300], name[200], mode[8];
    unsigned long start, offset;

    while (fgets(line, sizeof(line), maps) != NULL) {
        name[0] = '\0';
        sscanf(line, "%lx-%*x %7s %lx %*s %*s %199[^\n]", &start, mode, &offset,
               name);
        if (start == (unsigned long)p) {
            printf(", %s %lx %s", mode, offset, name);
        }
    }
    fclose(maps);
}

static void attempt(int file, int type, int right)
{
    char *p = mmap(NULL, SIZE, right, type, file, 0);

    if (p == MAP_FAILED) {
        printf("%s", strerror(errno));
        return;
    }
    printf("ok");
    say_name(p);
    use(p, right);
    printf(", mprotect %d", mprotect(p, PAGE, PROT_READ | PROT_WRITE));
    munmap(p, SIZE);
}

int main(void)
{
    for (size_t d = 0; d < COUNT(devices); d++) {
        for (size_t w = 0; w < COUNT(ways); w++) {
            int file = open(devices[d], ways[w].value);
            for (size_t i = 0; i < COUNT(types) * COUNT(rights); i++) {
                size_t t = i / COUNT(rights), r = i % COUNT(rights);
                printf("%s %s %s %s: ", devices[d], ways[w].name, types[t].name,
                       rights[r].name);
                attempt(file, types[t].value, rights[r].value);
                printf("\n");
            }
            close(file);
        }
    }
    return 0;
}
