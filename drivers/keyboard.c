/* The PS/2 keyboard: scan code set 1, as the controller translates it. */
#include "drivers/keyboard.h"

#include "drivers/i8042.h"
#include "kernel/lib/bits.h"

/* The controller's configuration byte. */
#define CONFIG_KEYBOARD_INTERRUPT BIT(0)
#define CONFIG_MOUSE_INTERRUPT    BIT(1)
#define CONFIG_KEYBOARD_OFF       BIT(4)
#define CONFIG_TRANSLATE          BIT(6) /* set 2 of the keyboard to set 1 */

#define KEYBOARD_START_SCANNING   0xf4

/* Bytes that may be left over from firmware. */
#define STALE_BYTES_MAX           32

/* Scan codes that one read takes: more than anyone types, fewer than a broken
 * controller would give. */
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
    *keyboard = (struct keyboard){.is_present = false};
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

static size_t take_pending(struct keyboard *keyboard, uint8_t *to, size_t size)
{
    size_t count = 0;
    while (count < size && keyboard->pending_start < keyboard->pending_end) {
        to[count++] = keyboard->pending[keyboard->pending_start++];
    }
    return count;
}

size_t keyboard_read(struct keyboard *keyboard, void *bytes, size_t size)
{
    if (!keyboard->is_present) {
        return 0;
    }
    uint8_t *to = bytes;
    uint8_t scancode;
    size_t count = take_pending(keyboard, to, size);
    for (unsigned i = 0; i < SCANCODES_MAX && count < size; i++) {
        if (!i8042_poll(&scancode)) {
            break;
        }
        keyboard->pending_start = 0;
        keyboard->pending_end = (uint8_t)keymap_translate(
            &keyboard->keymap, scancode, keyboard->pending);
        count += take_pending(keyboard, to + count, size - count);
    }
    return count;
}
