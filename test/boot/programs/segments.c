/* Each program has data segments of its own, from the same first ones. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLAT 0x2b
#define CODE 0x23 /* readable, so data segments may name it */

static void print_segments(const char *who)
{
    unsigned short ds, es;
    __asm__ volatile("movw %%ds, %0" : "=r"(ds));
    __asm__ volatile("movw %%es, %0" : "=r"(es));
    printf("%s: ds %x, es %x\n", who, ds, es);
}

static void load_es(unsigned selector)
{
    __asm__ volatile("movl %0, %%es" : : "r"(selector));
}

static void run_child(char *self)
{
    char *words[] = {self, "child", NULL};
    char *environment[] = {NULL};
    pid_t child = vfork();
    if (child == 0) {
        execve(self, words, environment);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    print_segments(argc > 1 ? "child" : "parent");
    load_es(argc > 1 ? FLAT : CODE);
    if (argc > 1) {
        print_segments("child");
        return 0;
    }
    run_child(argv[0]);
    unsigned short es;
    __asm__ volatile("movw %%es, %0" : "=r"(es));
    load_es(FLAT);
    printf("parent: es %x\n", es);
    return 0;
}
