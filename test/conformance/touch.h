/* Touches memory and says what came of it: the value, or the signal with its
 * code and address.
 *
 *     read 0x50000008 = 0x0             write 0x50000008 ! 11 1 0x50000008
 *
 * A page is read and written at TOUCH_OFFSET, and executed at its start. What
 * is written there makes the page executable code that returns. Zeros are code
 * too, `add [rax], al`: with rax = 0 they fault at the address 0, which shows
 * that they ran. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TOUCH_OFFSET 8

/* Installs the handlers of SIGSEGV and SIGBUS, on a stack of their own. */
void touch_init(void);

/* Each takes the address of a page and returns whether the touch succeeded. */
bool touch_read(unsigned long page);
bool touch_write(unsigned long page, uint32_t value);
bool touch_execute(unsigned long page);

/* The same at any address, four bytes or one instruction. */
bool touch_read_at(unsigned long address);
bool touch_write_at(unsigned long address, uint32_t value);

/* Reads and writes, and executes if the bytes there are known to be code. */
void touch_all(unsigned long page, uint32_t value);

/* How the last touch failed. */
struct fault {
    int signal; /* 0: it did not */
    int code;
    unsigned long address;
    unsigned long error; /* the CPU's error code and trap, from the frame */
    unsigned long trap;
};
const struct fault *touch_fault(void);

/* Where to go on after a fault that is no touch's: a case that fails is left,
 * by longjmp. It counts once. Without one the program ends. */
void touch_on_surprise(void (*handler)(void));
