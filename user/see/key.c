/* Keys: see key.h. */
#include "user/see/key.h"

#define ESCAPE    '\033'
#define BACKSPACE '\b'
#define DELETE    '\x7f'

static enum key plain_key(char byte)
{
    switch (byte) {
    case '\r':
    case '\n':
        return KEY_ENTER;
    case BACKSPACE:
    case DELETE:
        return KEY_BACK;
    case '\t':
        return KEY_NEXT;
    case ' ':
        return KEY_PAUSE;
    case '.':
        return KEY_STEP;
    case 'q':
        return KEY_QUIT;
    default:
        return KEY_NONE;
    }
}

/* ESC [ FINAL, and ESC O FINAL. */
static enum key sequence_key(char final, char parameter)
{
    switch (final) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case '~':
        break;
    default:
        return KEY_NONE;
    }
    switch (parameter) {
    case '1':
        return KEY_HOME;
    case '4':
        return KEY_END;
    case '5':
        return KEY_PAGE_UP;
    case '6':
        return KEY_PAGE_DOWN;
    default:
        return KEY_NONE;
    }
}

static enum key take_in_sequence(struct key_reader *reader, char byte)
{
    bool is_final = byte >= '@' && byte <= '~';
    if (!is_final) {
        reader->parameter = reader->parameter == 0 ? byte : reader->parameter;
        return KEY_NONE;
    }
    reader->state = KEY_OUTSIDE;
    return sequence_key(byte, reader->parameter);
}

enum key key_take(struct key_reader *reader, char byte)
{
    switch (reader->state) {
    case KEY_SEQUENCE:
        return take_in_sequence(reader, byte);
    case KEY_ESCAPE:
        if (byte == '[' || byte == 'O') {
            reader->state = KEY_SEQUENCE;
            reader->parameter = 0;
            return KEY_NONE;
        }
        reader->state = KEY_OUTSIDE;
        return byte == ESCAPE ? KEY_BACK : plain_key(byte);
    default:
        if (byte == ESCAPE) {
            reader->state = KEY_ESCAPE;
            return KEY_NONE;
        }
        return plain_key(byte);
    }
}

enum key key_timeout(struct key_reader *reader)
{
    bool is_escape = reader->state == KEY_ESCAPE;

    reader->state = KEY_OUTSIDE;
    return is_escape ? KEY_BACK : KEY_NONE;
}
