/* modify_ldt: what it answers, what a program has of its own segments, and what
 * it still has when it takes one away that a register holds. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"

#define ENTRIES      8192
#define TABLE_SIZE   (ENTRIES * 8)
#define SELECTOR(n)  ((n)*8 + 7)
#define KERNEL       ((void *)-4096l)
#define DATA         (DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_USEABLE)
#define CODE         (DATA | DESCRIPTOR_CODE)
#define NOTHING      (DESCRIPTOR_READ_ONLY | DESCRIPTOR_NOT_PRESENT)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LOW          ((unsigned char *)0x20000000)
#define LOW_SIZE     8192
#define GETPID       20
#define MODIFY_LDT   123
#define EXIT         1

static uint64_t table[ENTRIES + 1];

/* An error has no sign in 64 bits. */
static int modify(int function, void *address, unsigned long size)
{
    long answer = syscall(SYS_modify_ldt, function, address, size);

    return answer == -1 ? -1 : (int)answer;
}

static int set(unsigned entry, uint32_t base, uint32_t limit, uint32_t flags)
{
    struct descriptor local = {entry, base, limit, flags};

    return modify(LDT_WRITE, &local, sizeof(local));
}

/* What LAR and LSL say, or 0. */
static void look(unsigned selector)
{
    uint32_t rights = 0, limit = 0;

    __asm__("larl %[selector], %[rights]\n"
            "lsll %[selector], %[limit]\n"
            : [rights] "+r"(rights), [limit] "+r"(limit)
            : [selector] "r"(selector)
            : "cc");
    printf("%x: rights %x, limit %x\n", selector, rights, limit);
}

static void ask(void)
{
    static const int functions[] = {-1, 3, 0x10, 0x12};
    struct descriptor local = {.entry = 1, .limit = 5, .flags = DATA};

    memset(table, 1, sizeof(table));
    printf("none: %d\n", modify(LDT_READ, table, sizeof(table)));
    printf("of the default: %d", modify(LDT_READ_DEFAULT, table, 4096));
    printf(", %d", modify(LDT_READ_DEFAULT, table, 24));
    printf(", %d\n", modify(LDT_READ_DEFAULT, KERNEL, 24));
    printf("%llx %llx\n", (unsigned long long)table[15],
           (unsigned long long)table[16]);
    for (size_t i = 0; i < COUNT(functions); i++) {
        printf("%x: %d\n", functions[i], modify(functions[i], &local, 16));
    }
    printf("sizes: %d %d", modify(LDT_WRITE, &local, 15),
           modify(LDT_WRITE, &local, 17));
    printf(", address: %d\n", modify(LDT_WRITE, KERNEL, 16));
    local.entry = ENTRIES;
    printf("behind: %d %d\n", modify(LDT_WRITE, &local, 16),
           modify(LDT_WRITE_OLD, &local, 16));
    printf("still none: %d\n", modify(LDT_READ, table, sizeof(table)));
}

/* All that struct user_desc can say of an entry. */
static void write_all(int function)
{
    for (uint32_t flags = 0; flags < 0x100; flags++) {
        for (uint32_t size = 0; size < 2; size++) {
            struct descriptor local = {9, size * 0x12345678, size * 0xabcde,
                                       flags};
            int result = modify(function, &local, sizeof(local));
            table[9] = 1;
            modify(LDT_READ, table, sizeof(table));
            printf("%x %u: %d, %llx\n", flags, size, result,
                   (unsigned long long)table[9]);
        }
    }
}

static void write_entries(void)
{
    static const unsigned entries[] = {0, 511, 512, 513, 8191, 3};

    for (size_t i = 0; i < COUNT(entries); i++) {
        unsigned entry = entries[i];
        printf("entry %u: %d\n", entry, set(entry, 0, 0x100 + entry, DATA));
        look(SELECTOR(entry));
        look(SELECTOR(entry + 1));
    }
    memset(table, 1, sizeof(table));
    printf("read: %d", modify(LDT_READ, table, sizeof(table)));
    printf(" %d", modify(LDT_READ, table, 13));
    printf(" %d\n", modify(LDT_READ, KERNEL, 13));
    for (unsigned i = 0; i <= ENTRIES; i++) {
        if (table[i] != 0) {
            printf("%u: %llx\n", i, (unsigned long long)table[i]);
        }
    }
}

#define DEFINE_LOAD(name)                                                      \
    static unsigned load_##name(unsigned selector, unsigned offset)            \
    {                                                                          \
        unsigned old, seen;                                                    \
        __asm__ volatile("movl %%" #name ", %[old]\n"                          \
                         "movl %[selector], %%" #name "\n"                     \
                         "movl %%" #name ":(%k[offset]), %[seen]\n"            \
                         "movl %[old], %%" #name "\n"                          \
                         : [old] "=&r"(old), [seen] "=&r"(seen)                \
                         : [selector] "r"(selector), [offset] "r"(offset)      \
                         : "memory");                                          \
        return seen;                                                           \
    }

#ifdef __x86_64__
DEFINE_LOAD(gs) /* the library has FS */
#define load_other load_gs
#else
DEFINE_LOAD(es)
DEFINE_LOAD(fs)
#define load_other load_fs
#endif

/* By a register that has a base in the program's mode. */
static void use_data(void)
{
    uint32_t *words = (uint32_t *)LOW;

    words[0] = 0x11111111;
    words[1] = 0x22222222;
    words[1024] = 0x33333333;
    for (unsigned i = 0; i < 2; i++) {
        set(i, (uint32_t)(uintptr_t)(words + i), 0xfffff, DATA);
        printf("through %u: %x", i, load_other(SELECTOR(i), 0));
#ifdef __x86_64__
        printf("\n");
#else
        printf(" %x\n", load_es(SELECTOR(i), 0));
#endif
    }
    set(1, (uint32_t)(uintptr_t)(words + 1024), 0xfffff, DATA);
    printf("changed: %x\n", load_other(SELECTOR(1), 0));
}

/* A child of vfork has the table on loan, one of fork a copy; a program begins
 * without one. */
static void share(char *self)
{
    char *words[] = {self, "after", NULL};

    set(20, 0, 0x20, DATA);
    fflush(stdout);
    if (vfork() == 0) {
        set(21, 0, 0x21, DATA);
        execv(self, words);
        _exit(127);
    }
    wait(NULL);
    look(SELECTOR(20));
    look(SELECTOR(21));
    fflush(stdout);
    if (fork() == 0) {
        set(20, 0, 0x30, DATA);
        look(SELECTOR(20));
        look(SELECTOR(21));
        exit(EXIT_SUCCESS);
    }
    wait(NULL);
    look(SELECTOR(20));
}

static void print_after(void)
{
    printf("after exec: %d\n", modify(LDT_READ, table, sizeof(table)));
    look(SELECTOR(20));
}

/* Bytes that call modify_ldt for what lies at LOW + 4096, by `int 0x80`, in a
 * segment of the table or on a stack of it, and end with `call getpid`. */
static const unsigned char calls[] = {
    0xb8, MODIFY_LDT, 0,    0, 0,    /* mov eax, MODIFY_LDT */
    0xbb, LDT_WRITE,  0,    0, 0,    /* mov ebx, LDT_WRITE */
    0xb9, 0,          0x10, 0, 0x20, /* mov ecx, LOW + 4096 */
    0xba, 16,         0,    0, 0,    /* mov edx, 16 */
    0xcd, 0x80,                      /* int 0x80 */
    0x89, 0xc3,                      /* mov ebx, eax */
    0xb8, EXIT,       0,    0, 0,    /* mov eax, EXIT */
    0xcd, 0x80,                      /* int 0x80 */
};

/* A child writes ENTRY 5 of the table again, with LIMIT and FLAGS, while its CS
 * and SS come from there, and ends with what came of it. */
static void change(const char *what, unsigned code, unsigned data,
                   uint32_t limit, uint32_t flags)
{
    struct {
        uint32_t to;
        uint16_t selector;
    } __attribute__((packed)) far = {(uint32_t)(uintptr_t)LOW, (uint16_t)code};
    struct descriptor *local = (struct descriptor *)(LOW + 4096);
    int status;

    *local = (struct descriptor){5, 0, limit, flags};
    memcpy(LOW, calls, sizeof(calls));
    fflush(stdout);
    pid_t child = vfork();
    if (child == 0) {
        __asm__ volatile("movl %[data], %%ss\n"
                         "ljmpl *%[far]\n"
                         :
                         : [data] "r"(data), [far] "m"(far)
                         : "memory");
        _exit(127);
    }
    waitpid(child, &status, 0);
    printf("%s: %x\n", what, status);
}

static void change_while_used(void)
{
    static const unsigned flat_code = 0x23, flat_data = 0x2b;

    set(5, 0, 0xfffff, CODE);
    change("code stays", SELECTOR(5), flat_data, 0xfffff, CODE);
    change("code goes", SELECTOR(5), flat_data, 0, NOTHING);
    set(5, 0, 0xfffff, CODE);
    change("code becomes data", SELECTOR(5), flat_data, 0xfffff, DATA);
    set(5, 0, 0xfffff, CODE);
    change("code becomes short", SELECTOR(5), flat_data, 1, CODE);
    set(5, 0, 0xfffff, CODE);
    change("code is not there", SELECTOR(5), flat_data, 0xfffff,
           CODE | DESCRIPTOR_NOT_PRESENT);
    set(5, 0, 0xfffff, DATA);
    change("stack stays", flat_code, SELECTOR(5), 0xfffff, DATA);
    change("stack goes", flat_code, SELECTOR(5), 0, NOTHING);
    set(5, 0, 0xfffff, DATA);
    change("stack becomes code", flat_code, SELECTOR(5), 0xfffff, CODE);
    set(5, 0, 0xfffff, DATA);
    change("stack can't be written", flat_code, SELECTOR(5), 0xfffff,
           DATA | DESCRIPTOR_READ_ONLY);
}

/* DS and ES are loaded anew at once. */
static void take_data(void)
{
    struct descriptor *local = (struct descriptor *)(LOW + 4096);
    unsigned es = SELECTOR(6), call = MODIFY_LDT;

    set(6, 0, 0xfffff, DATA);
    *local = (struct descriptor){6, 0, 0, NOTHING};
    __asm__ volatile("movl %[es], %%es\n"
                     "int $0x80\n"
                     "movl %%es, %[es]\n"
                     "movl %[flat], %%edi\n"
                     "movl %%edi, %%es\n"
                     : "+a"(call), [es] "+S"(es)
                     : "b"(LDT_WRITE), "c"(local),
                       "d"(sizeof(*local)), [flat] "i"(0x2b)
                     : "edi", "memory");
    printf("es: %x, %x\n", call, es);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "after") == 0) {
        print_after();
        return 0;
    }
    mmap(LOW, LOW_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    ask();
    write_all(LDT_WRITE);
    write_all(LDT_WRITE_OLD);
    write_entries();
    use_data();
    share(argv[0]);
    change_while_used();
    take_data();
    return 0;
}
