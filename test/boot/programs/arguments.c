/* What the kernel put on the stack: the arguments, and the auxiliary vector as
 * far as it is the same on each machine. */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>

#define STACK_ALIGNMENT 16

int main(int argc, char **argv)
{
    printf("argc %d\n", argc);
    for (int i = 0; i < argc; i++) {
        printf("argv[%d] = \"%s\"\n", i, argv[i]);
    }
    printf("argv[argc] is %s\n", argv[argc] == NULL ? "NULL" : "something");
    printf("AT_PAGESZ %lu\n", getauxval(AT_PAGESZ));
    printf("AT_PHNUM %s\n", getauxval(AT_PHNUM) > 0 ? "is there" : "is not");
    printf("AT_SECURE %lu\n", getauxval(AT_SECURE));
    printf("AT_EXECFN \"%s\"\n", (const char *)getauxval(AT_EXECFN));
    printf("AT_PLATFORM \"%s\"\n", (const char *)getauxval(AT_PLATFORM));
    const uint8_t *random = (const uint8_t *)getauxval(AT_RANDOM);
    printf("AT_RANDOM %s\n", random != NULL ? "is there" : "is not");
    return 0;
}
