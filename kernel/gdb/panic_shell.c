/* The panic shell: after a panic that ends in a halt, the commands of `monitor`
 * on the console, polled, because nothing else of the kernel can be relied on.
 * A command that fails is given up, and the next one may be asked. */
#include "drivers/console.h"
#include "drivers/usb/usb_poll.h"
#include "kernel/gdb/monitor.h"
#include "kernel/lib.h"

#define LINE_MAX  128
#define BACKSPACE 0x08
#define DELETE    0x7f

static char line[LINE_MAX];

static void print(const char *text)
{
    console_print(text, strlen(text));
}

static char read_key(void)
{
    char key;

    while (console_read(&key, 1) == 0) {
        __builtin_ia32_pause();
    }
    return key;
}

/* Reads up to the end of the line, which is not kept. */
static void read_line(void)
{
    size_t length = 0;

    for (;;) {
        char key = read_key();
        if (key == '\r' || key == '\n') {
            line[length] = '\0';
            print("\n");
            return;
        }
        if ((key == BACKSPACE || key == DELETE) && length > 0) {
            length--;
            print("\b \b");
        } else if (key >= ' ' && key < DELETE && length < LINE_MAX - 1) {
            line[length++] = key;
            console_print(&key, 1);
        }
    }
}

static void run_line(void)
{
    target_monitor(line);
}

void panic_shell(void)
{
    monitor_use_console();
    usb_poll_anew(); /* for the keyboard: this may be the end of it */
    print("Halted; `help` lists what can still be asked.\n");
    for (;;) {
        print("panic> ");
        read_line();
        if (line[0] != '\0' && !machine_try(run_line)) {
            print("the command failed\n");
        }
    }
}
