/* From the stack that the kernel laid out to main. */
#include "user/lib/linux.h"

int main(int argc, char **argv, char **envp);

/* Called by _start with the address of argc. */
_Noreturn void start_main(uintptr_t *stack);

void start_main(uintptr_t *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)&stack[1];
    char **envp = argv + argc + 1;
    exit(main(argc, argv, envp));
}
