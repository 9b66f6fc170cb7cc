/* The files of /proc/sys and /sys that run-times read: what they say, what they
 * take, and what becomes of it. Run by root. All is left as it was, for what
 * runs next. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE   4096
#define LARGE  (2L << 20)
#define VM     "/proc/sys/vm/"
#define KERNEL "/proc/sys/kernel/"
#define CPU    "/sys/devices/system/cpu/"
#define THP    "/sys/kernel/mm/transparent_hugepage/"
#define HUGE   "/sys/kernel/mm/hugepages/hugepages-2048kB/"

static const char *const shown[] = {
    VM "overcommit_memory", VM "max_map_count",      VM "mmap_min_addr",
    VM "legacy_va_layout",  KERNEL "shmmax",         CPU "online",
    CPU "possible",         THP "enabled",           THP "hpage_pmd_size",
    HUGE "resv_hugepages",  HUGE "surplus_hugepages"};

static void print_text(const char *text, ssize_t size)
{
    for (ssize_t i = 0; i < size; i++) {
        printf(text[i] == '\n' ? "\\n" : "%c", text[i]);
    }
}

static void show(const char *path, off_t offset, size_t size)
{
    char text[PAGE];
    int file = open(path, O_RDONLY);
    ssize_t first = pread(file, text, size, offset);

    printf("%s at %ld: %zd ", path, (long)offset, first);
    print_text(text, first);
    lseek(file, offset, SEEK_SET);
    while ((first = read(file, text, size)) > 0) {
        printf("|");
        print_text(text, first);
    }
    printf("\n");
    close(file);
}

/* Writes the SIZE bytes of TEXT in pieces of PIECE from OFFSET on. */
static void put(const char *path, const char *text, size_t size, size_t piece,
                off_t offset)
{
    int file = open(path, O_WRONLY);

    printf("%s <- ", path);
    print_text(text, size < 30 ? size : 30);
    printf(" by %zu at %ld:", piece, (long)offset);
    lseek(file, offset, SEEK_SET);
    for (size_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        ssize_t done = write(file, text + at, part);
        printf(" %zd", done < 0 ? (ssize_t)-errno : done);
    }
    printf(" at %ld\n", (long)lseek(file, 0, SEEK_CUR));
    close(file);
    show(path, 0, PAGE);
}

static void set(const char *path, const char *text)
{
    put(path, text, strlen(text), PAGE, 0);
}

static const char *const number_texts[] = {
    "7",
    "7\n",
    "",
    "\n",
    " \t8 \n",
    "9 10\n",
    "-1",
    "-0",
    "+5",
    "0x10",
    "0X1f\n",
    "0x",
    "010",
    "08",
    "1a",
    "a",
    "-",
    "--1",
    "- 1",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "99999999999999999999",
    "000000000000000000012",
    "00000000000000000012",
    "18446744073709551615",
    "18446744073709551616",
    "1\v",
    "\v1",
    "3,4",
};

static void numbers(void)
{
    for (size_t i = 0; i < sizeof(number_texts) / sizeof(number_texts[0]);
         i++) {
        set(VM "legacy_va_layout", number_texts[i]);
        set(KERNEL "randomize_va_space", number_texts[i]);
        set(VM "overcommit_memory", number_texts[i]);
        set(VM "mmap_min_addr", number_texts[i]);
    }
    set(VM "legacy_va_layout", "0");
    set(VM "overcommit_memory", "0");
    set(KERNEL "randomize_va_space", "2");
}

static void pieces_of_numbers(void)
{
    put(VM "max_map_count", "123\n", 4, 1, 0);
    put(VM "max_map_count", "456\n", 4, 2, 0);
    put(VM "max_map_count", "789\n", 4, 4, 1);
    put(VM "max_map_count", "12\0", 3, 3, 0);
    put(VM "max_map_count", "65530\n", 6, 6, 0);
    char *blanks = malloc(PAGE * 2);
    memset(blanks, ' ', PAGE * 2);
    blanks[PAGE - 2] = '5';
    put(VM "legacy_va_layout", blanks, PAGE * 2, PAGE * 2, 0);
    memcpy(blanks, "6", 1);
    put(VM "legacy_va_layout", blanks, PAGE * 2, PAGE * 2, 0);
    set(VM "legacy_va_layout", "0");
    set(VM "mmap_min_addr", "65536");
}

static void bad_addresses(void)
{
    int file = open(VM "legacy_va_layout", O_RDWR);
    void *volatile nowhere = (void *)8;
    printf("bad address: %zd", write(file, nowhere, 1));
    printf(" %d", errno);
    printf(" %zd", read(file, nowhere, 1));
    printf(" %d\n", errno);
}

static void words(void)
{
    static const char *const texts[] = {
        "always", "madvise\n", "never\n\n", "never",    "",        "\n",
        "Always", " always",   "always ",   "[always]", "alwaysx", "1"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        set(THP "enabled", texts[i]);
    }
    put(THP "enabled", "always\n", 7, 3, 0);
    put(THP "enabled", "never\n", 6, 6, 5);
    put(THP "enabled", "madvise\0x", 9, 9, 0);
    show(THP "enabled", 3, 4);
    set(THP "enabled", "always");
}

static void rights(void)
{
    static const char *const paths[] = {VM "max_map_count", CPU "online",
                                        THP "enabled", THP "hpage_pmd_size"};
    struct stat stat_of;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        stat(paths[i], &stat_of);
        printf("%s: mode %o, size %ld, %s", paths[i], stat_of.st_mode,
               (long)stat_of.st_size, access(paths[i], W_OK) ? "-" : "w");
        int file = open(paths[i], O_RDWR | O_TRUNC);
        printf(" open %d", file < 0 ? errno : 0);
        printf(" end %ld\n", (long)lseek(file, 0, SEEK_END));
        close(file);
    }
}

/* As another user. */
static void other_rights(void)
{
    fflush(stdout);
    pid_t child = vfork();
    if (child == 0) {
        char text[100];
        if (setresuid(1, 1, 1) != 0) {
            _exit(1);
        }
        int size = snprintf(text, sizeof(text), "other user: %d",
                            open(VM "max_map_count", O_WRONLY) < 0 ? errno : 0);
        size += snprintf(text + size, sizeof(text) - size, " %d\n",
                         open(VM "max_map_count", O_RDONLY) < 0 ? errno : 0);
        _exit(write(STDOUT_FILENO, text, size) != size);
    }
    waitpid(child, NULL, 0);
}

/* How many areas there can be beside those of the program itself, and what is
 * refused then. */
static void area_limit(void)
{
    char *memory = mmap(NULL, 400 * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int count = 0;

    set(VM "max_map_count", "60");
    while (count < 200 &&
           mprotect(memory + 2 * count * PAGE, PAGE, PROT_READ) == 0) {
        count++;
    }
    printf("areas end: %d, errno %d\n", count < 60 && count > 10, errno);
    void *more =
        mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("one more: %d\n", more != MAP_FAILED);
    set(VM "max_map_count", "0");
    more = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("none: %d, errno %d\n", more != MAP_FAILED, errno);
    printf("cut: %d, errno %d\n", munmap(memory + 300 * PAGE, PAGE), errno);
    printf("whole: %d\n", munmap(memory, 400 * PAGE));
    set(VM "max_map_count", "65530");
}

static int can_map(size_t size, int flags)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (at != MAP_FAILED) {
        munmap(at, size);
    }
    return at != MAP_FAILED;
}

static void promises(void)
{
    const size_t much = 1500ul << 20;

    for (int mode = 0; mode <= 2; mode++) {
        set(VM "overcommit_memory", mode == 0 ? "0" : mode == 1 ? "1" : "2");
        printf("mode %d: little %d, much %d, without reserve %d\n", mode,
               can_map(1 << 20, 0), can_map(much, 0),
               can_map(much, MAP_NORESERVE));
    }
    set(VM "overcommit_memory", "0");
}

/* Large pages after a touch of 4 MiB, in KiB. */
static long large(int advice)
{
    char line[200];
    long start, kib = 0, in_area = 0;
    char *at = mmap(NULL, 3 * LARGE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *touched = (char *)(((unsigned long)at + LARGE - 1) & -LARGE);
    FILE *smaps;

    madvise(at, 3 * LARGE, advice);
    *touched = 1;
    smaps = fopen("/proc/self/smaps", "r");
    while (fgets(line, sizeof(line), smaps) != NULL) {
        if (sscanf(line, "%lx-", (unsigned long *)&start) == 1 &&
            strchr(line, '-') != NULL && strchr(line, ':') > line + 9) {
            in_area = start == (long)at;
        }
        if (in_area) {
            sscanf(line, "AnonHugePages: %ld", &kib);
        }
    }
    fclose(smaps);
    munmap(at, 3 * LARGE);
    return kib;
}

static void large_pages(void)
{
    static const char *const texts[] = {"always", "madvise", "never"};

    for (size_t i = 0; i < 3; i++) {
        set(THP "enabled", texts[i]);
        printf("large: %ld, advised %ld, not %ld\n", large(MADV_NORMAL),
               large(MADV_HUGEPAGE), large(MADV_NOHUGEPAGE));
    }
    set(THP "enabled", "always");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        show(shown[i], 0, PAGE);
        show(shown[i], 0, 1);
        show(shown[i], 1, 3);
    }
    rights();
    other_rights();
    numbers();
    pieces_of_numbers();
    bad_addresses();
    words();
    area_limit();
    if (sizeof(void *) == 8) {
        promises();
        large_pages();
    }
    return 0;
}
