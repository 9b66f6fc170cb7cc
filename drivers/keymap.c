/* The US keyboard. */
#include "drivers/keymap.h"

#include "kernel/lib.h"

#define ESC             0x1b
#define DEL             0x7f

#define PREFIX          0xe0
#define PREFIX_PAUSE    0xe1 /* Pause sends it, and two more, twice */
#define PAUSE_REST      2
#define RELEASED        0x80

/* Scan codes that are no characters. */
#define KEY_CONTROL     0x1d
#define KEY_LEFT_SHIFT  0x2a
#define KEY_RIGHT_SHIFT 0x36
#define KEY_ALT         0x38
#define KEY_CAPS_LOCK   0x3a
#define KEY_NUM_LOCK    0x45
#define KEY_F1          0x3b
#define KEY_F10         0x44
#define KEY_F11         0x57
#define KEY_F12         0x58
#define KEY_ISO         0x56 /* between left shift and Z, on some keyboards */
#define KEY_PAGE_UP     0x49
#define KEY_PAGE_DOWN   0x51
#define KEYPAD_FIRST    0x47
#define KEYPAD_LAST     0x53
#define KEYPAD_SLASH    0x35 /* after the prefix */
#define KEYPAD_ENTER    0x1c /* after the prefix */

#define LEFT_SHIFT      BIT(0)
#define RIGHT_SHIFT     BIT(1)
#define LEFT_CONTROL    BIT(2)
#define RIGHT_CONTROL   BIT(3)
#define ALT             BIT(4)
#define SHIFT           (LEFT_SHIFT | RIGHT_SHIFT)
#define CONTROL         (LEFT_CONTROL | RIGHT_CONTROL)

/* Characters by scan code, 0 where there is none. */
static const char plain[] = "\0\x1b"
                            "1234567890-=\x7f\t"
                            "qwertyuiop[]\r\0"
                            "asdfghjkl;'`\0"
                            "\\zxcvbnm,./\0"
                            "*\0 ";
static const char shifted[] = "\0\x1b"
                              "!@#$%^&*()_+\x7f\t"
                              "QWERTYUIOP{}\r\0"
                              "ASDFGHJKL:\"~\0"
                              "|ZXCVBNM<>?\0"
                              "*\0 ";
static_assert(sizeof(plain) == sizeof(shifted), "one layout");

static const char keypad[] = "789-456+1230.";
static_assert(sizeof(keypad) - 1 == KEYPAD_LAST - KEYPAD_FIRST + 1, "keypad");

/* What the same keys send after ESC [ when they move the cursor. */
static const char *const moves[] = {
    "1~", "A", "5~", NULL, "D", "G", "C", NULL, "4~", "B", "6~", "2~", "3~",
};
static_assert(ARRAY_COUNT(moves) == sizeof(keypad) - 1, "keypad");

/* F1 to F12, after ESC [. */
static const char *const functions[] = {
    "[A",  "[B",  "[C",  "[D",  "[E",  "17~",
    "18~", "19~", "20~", "21~", "23~", "24~",
};

static uint64_t modifier_of(uint8_t key, uint8_t prefix)
{
    switch (key) {
    case KEY_LEFT_SHIFT:
        return prefix == 0 ? LEFT_SHIFT : 0; /* E0 2A only frames arrows */
    case KEY_RIGHT_SHIFT:
        return prefix == 0 ? RIGHT_SHIFT : 0;
    case KEY_CONTROL:
        return prefix == 0 ? LEFT_CONTROL : RIGHT_CONTROL;
    case KEY_ALT:
        return ALT;
    default:
        return 0;
    }
}

static size_t give_sequence(uint8_t *bytes, const char *rest)
{
    if (rest == NULL) {
        return 0;
    }
    size_t length = strlen(rest);
    bytes[0] = ESC;
    bytes[1] = '[';
    memcpy(bytes + 2, rest, length);
    return 2 + length;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char character_of(const struct keymap *keymap, uint8_t key)
{
    bool is_shifted = (keymap->pressed & SHIFT) != 0;
    if (key == KEY_ISO) {
        return is_shifted ? '>' : '<';
    }
    if (key >= sizeof(plain) - 1) {
        return 0;
    }
    if (keymap->is_caps_on && is_letter(plain[key])) {
        is_shifted = !is_shifted;
    }
    return is_shifted ? shifted[key] : plain[key];
}

/* CHARACTER with Control: ^@ to ^_, as ASCII has it. */
static char control_of(char character)
{
    if ((character >= '@' && character <= '_') || is_letter(character)) {
        return (char)(character & 0x1f);
    }
    return character == ' ' ? '\0' : character;
}

static size_t give_character(const struct keymap *keymap, uint8_t *bytes,
                             char character)
{
    size_t count = 0;
    if (character == 0) {
        return 0;
    }
    if ((keymap->pressed & CONTROL) != 0) {
        character = control_of(character);
    }
    if ((keymap->pressed & ALT) != 0) {
        bytes[count++] = ESC;
    }
    bytes[count++] = (uint8_t)character;
    return count;
}

static size_t press_prefixed(struct keymap *keymap, uint8_t key, uint8_t *bytes)
{
    if (key == KEYPAD_SLASH || key == KEYPAD_ENTER) {
        return give_character(keymap, bytes, plain[key]);
    }
    if ((keymap->pressed & SHIFT) != 0 &&
        (key == KEY_PAGE_UP || key == KEY_PAGE_DOWN)) {
        keymap->pages_back += key == KEY_PAGE_UP ? 1 : -1;
        return 0;
    }
    if (key >= KEYPAD_FIRST && key <= KEYPAD_LAST) {
        return give_sequence(bytes, moves[key - KEYPAD_FIRST]);
    }
    return 0;
}

static size_t press_keypad(const struct keymap *keymap, uint8_t key,
                           uint8_t *bytes)
{
    unsigned index = key - KEYPAD_FIRST;
    if (keymap->is_keypad_moving && moves[index] != NULL) {
        return give_sequence(bytes, moves[index]);
    }
    return give_character(keymap, bytes, keypad[index]);
}

static size_t press(struct keymap *keymap, uint8_t key, uint8_t *bytes)
{
    if (key == KEY_CAPS_LOCK) {
        keymap->is_caps_on = !keymap->is_caps_on;
        return 0;
    }
    if (key == KEY_NUM_LOCK) {
        keymap->is_keypad_moving = !keymap->is_keypad_moving;
        return 0;
    }
    if (key >= KEY_F1 && key <= KEY_F10) {
        return give_sequence(bytes, functions[key - KEY_F1]);
    }
    if (key == KEY_F11 || key == KEY_F12) {
        return give_sequence(bytes, functions[10 + key - KEY_F11]);
    }
    if (key >= KEYPAD_FIRST && key <= KEYPAD_LAST) {
        return press_keypad(keymap, key, bytes);
    }
    return give_character(keymap, bytes, character_of(keymap, key));
}

/* Prefixes and the rest of Pause. Returns whether SCANCODE was one. */
static bool take_prefix(struct keymap *keymap, uint8_t scancode)
{
    if (keymap->skip != 0) {
        keymap->skip--;
        return true;
    }
    if (scancode == PREFIX_PAUSE) {
        keymap->skip = PAUSE_REST;
        return true;
    }
    if (scancode == PREFIX) {
        keymap->prefix = PREFIX;
        return true;
    }
    return false;
}

size_t keymap_translate(struct keymap *keymap, uint8_t scancode,
                        uint8_t bytes[KEYMAP_BYTES_MAX])
{
    if (take_prefix(keymap, scancode)) {
        return 0;
    }
    uint8_t prefix = keymap->prefix;
    uint8_t key = scancode & (uint8_t)~RELEASED;
    uint8_t modifier = (uint8_t)modifier_of(key, prefix);
    keymap->prefix = 0;
    if ((scancode & RELEASED) != 0) {
        keymap->pressed &= (uint8_t)~modifier;
        return 0;
    }
    keymap->pressed |= modifier;
    return prefix != 0 ? press_prefixed(keymap, key, bytes)
                       : press(keymap, key, bytes);
}
