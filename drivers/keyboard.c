/* The PS/2 keyboard: scan code set 1, as the controller translates it. */
#include "drivers/keyboard.h"

#include "drivers/i8042.h"
#include "kernel/lib.h"

/* The controller's configuration byte. */
#define CONFIG_KEYBOARD_INTERRUPT BIT(0)
#define CONFIG_MOUSE_INTERRUPT    BIT(1)
#define CONFIG_KEYBOARD_OFF       BIT(4)
#define CONFIG_TRANSLATE          BIT(6) /* set 2 of the keyboard to set 1 */

#define KEYBOARD_START_SCANNING   0xf4

/* Bytes that may be left over from firmware. */
#define STALE_BYTES_MAX           32

/* Scan codes that are taken at once: more than anyone types, fewer than a
 * broken controller would give. */
#define SCANCODES_MAX             64

static bool set_config(void)
{
    uint8_t config;
    if (!i8042_command(I8042_READ_CONFIG) || !i8042_receive(&config)) {
        return false;
    }
    config |= CONFIG_KEYBOARD_INTERRUPT | CONFIG_TRANSLATE;
    config &= (uint8_t) ~(CONFIG_MOUSE_INTERRUPT | CONFIG_KEYBOARD_OFF);
    return i8042_command(I8042_WRITE_CONFIG) && i8042_send(config);
}

static void drop_stale_bytes(void)
{
    uint8_t byte;
    for (unsigned i = 0; i < STALE_BYTES_MAX && i8042_poll(&byte); i++) {
    }
}

bool keyboard_init(struct keyboard *keyboard)
{
    keyboard->is_present = false;
    if (!i8042_is_present() || !i8042_command(I8042_DISABLE_KEYBOARD) ||
        !i8042_command(I8042_DISABLE_MOUSE)) {
        return false;
    }
    drop_stale_bytes();
    if (!set_config() || !i8042_command(I8042_ENABLE_KEYBOARD)) {
        return false;
    }

    /* No answer means that no keyboard is plugged in yet. */
    uint8_t answer;
    if (i8042_send(KEYBOARD_START_SCANNING)) {
        (void)i8042_receive(&answer);
    }
    keyboard->is_present = true;
    return true;
}

/* A key goes in whole or not at all. */
static bool push_key(struct keyboard *keyboard, const uint8_t *bytes,
                     size_t count)
{
    if (count > KEYBOARD_QUEUE_SIZE - keyboard->queue_count) {
        return false;
    }
    size_t end = keyboard->queue_start + keyboard->queue_count;
    for (size_t i = 0; i < count; i++) {
        keyboard->queue[(end + i) % KEYBOARD_QUEUE_SIZE] = bytes[i];
    }
    keyboard->queue_count += count;
    return true;
}

unsigned keyboard_type(struct keyboard *keyboard, const uint8_t *scancodes,
                       size_t count)
{
    unsigned refused = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[KEYMAP_BYTES_MAX];
        size_t size = keymap_translate(&keyboard->keymap, scancodes[i], bytes);
        refused += push_key(keyboard, bytes, size) ? 0 : 1;
    }
    return refused;
}

unsigned keyboard_collect(struct keyboard *keyboard)
{
    unsigned refused = 0;
    uint8_t scancode;
    for (unsigned i = 0;
         keyboard->is_present && i < SCANCODES_MAX && i8042_poll(&scancode);
         i++) {
        refused += keyboard_type(keyboard, &scancode, 1);
    }
    return refused;
}

int keyboard_take_pages(struct keyboard *keyboard)
{
    int pages = keyboard->keymap.pages_back;
    keyboard->keymap.pages_back = 0;
    return pages;
}

size_t keyboard_read(struct keyboard *keyboard, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    size_t count = MIN(size, keyboard->queue_count);
    for (size_t i = 0; i < count; i++) {
        to[i] = keyboard->queue[keyboard->queue_start];
        keyboard->queue_start =
            (keyboard->queue_start + 1) % KEYBOARD_QUEUE_SIZE;
    }
    keyboard->queue_count -= count;
    return count;
}
