/* What x86_64/touch.asm and i386/touch.asm define; each label says it all. */
#pragma once

#include <stdint.h>

int touch_load(const void *address, uint32_t *value);
int touch_store(void *address, uint32_t value);
int touch_run(const void *address);
void touch_failed(void);
void touch_restorer(void);

/* int 0x80 with eax, ebx, ecx, edx, esi, edi, ebp. */
#define DOOR_WORDS 7
long door_32(const uint32_t *words);

/* setjmp and longjmp. */
#define CONTEXT_WORDS 8
int context_save(uintptr_t *context) __attribute__((returns_twice));
_Noreturn void context_restore(const uintptr_t *context);
