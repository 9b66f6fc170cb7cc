/* The editing of a line. */
#include "kernel/terminal/line_editor.h"

#include "kernel/lib.h"

#define BELL         '\a'
#define ESC          0x1b
#define DEL          0x7f
#define CONTROL(key) ((key)&0x1f)

/* Keys that come as ESC [ number ~. */
#define KEY_HOME     1
#define KEY_DELETE   3
#define KEY_END      4
#define KEY_HOME_OLD 7
#define KEY_END_OLD  8
#define KEY_MAX      99u

static void echo(const struct line_editor *editor, const char *bytes,
                 size_t size)
{
    if (editor->echo != NULL && size != 0) {
        editor->echo(bytes, size);
    }
}

static void echo_repeated(const struct line_editor *editor, char byte,
                          size_t count)
{
    while (count-- != 0) {
        echo(editor, &byte, 1);
    }
}

static bool is_continuation(char byte)
{
    return (byte & 0xc0) == 0x80;
}

static bool is_control(char byte)
{
    return (uint8_t)byte < ' ' || byte == DEL;
}

/* Bytes of the UTF-8 character that begins with LEAD. */
static size_t character_size(char lead)
{
    uint8_t byte = (uint8_t)lead;
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* Columns that the text [start, end) takes on the screen. */
static size_t width(const struct line_editor *editor, size_t start, size_t end)
{
    size_t columns = 0;

    ASSERT(start <= end && end <= LINE_EDITOR_MAX);
    for (size_t i = start; i < end; i++) {
        char byte = editor->text[i];
        columns += is_continuation(byte) ? 0 : is_control(byte) ? 2 : 1;
    }
    return columns;
}

/* Control characters are shown as ^X. */
static void echo_text(const struct line_editor *editor, size_t start,
                      size_t end)
{
    ASSERT(start <= end && end <= editor->length);
    for (size_t i = start; i < end; i++) {
        char byte = editor->text[i];
        if (is_control(byte)) {
            char shown[] = {'^', (char)(byte ^ '@')};
            echo(editor, shown, sizeof(shown));
            continue;
        }
        echo(editor, &byte, 1);
    }
}

static size_t previous(const struct line_editor *editor, size_t position)
{
    ASSERT_CMP(position, <=, editor->length);
    while (position > 0 && is_continuation(editor->text[--position])) {
    }
    return position;
}

static size_t next(const struct line_editor *editor, size_t position)
{
    ASSERT_CMP(position, <=, editor->length);
    if (position < editor->length) {
        position++;
    }
    while (position < editor->length &&
           is_continuation(editor->text[position])) {
        position++;
    }
    return position;
}

static void move_to(struct line_editor *editor, size_t position)
{
    ASSERT_CMP(position, <=, editor->length);
    if (position > editor->cursor) {
        echo_text(editor, editor->cursor, position);
    } else {
        echo_repeated(editor, '\b', width(editor, position, editor->cursor));
    }
    editor->cursor = position;
}

/* Shows what is behind the cursor, and BLANKS where more was before. */
static void show_tail(const struct line_editor *editor, size_t blanks)
{
    size_t columns = width(editor, editor->cursor, editor->length);
    echo_text(editor, editor->cursor, editor->length);
    echo_repeated(editor, ' ', blanks);
    echo_repeated(editor, '\b', columns + blanks);
}

static void erase(struct line_editor *editor, size_t start, size_t end)
{
    ASSERT_CMP(start, <=, end);
    ASSERT_CMP(end, <=, editor->length);
    size_t columns = width(editor, start, end);
    move_to(editor, start);
    memmove(editor->text + start, editor->text + end, editor->length - end);
    editor->length -= end - start;
    show_tail(editor, columns);
}

/* A character of several bytes is shown when its last one is there. */
static void insert(struct line_editor *editor, char byte)
{
    if (editor->length == LINE_EDITOR_MAX) {
        static const char bell = BELL;
        echo(editor, &bell, 1);
        return;
    }
    char *place = editor->text + editor->cursor;
    memmove(place + 1, place, editor->length - editor->cursor);
    *place = byte;
    editor->length++;
    editor->cursor++;

    size_t start = previous(editor, editor->cursor);
    if (editor->cursor - start >= character_size(editor->text[start])) {
        echo_text(editor, start, editor->cursor);
        show_tail(editor, 0);
    }
}

/* The line BACK lines ago; 0 is an empty one. */
static void recall(struct line_editor *editor, unsigned back)
{
    const struct line_history *history = &editor->history;
    if (back > history->count) {
        return;
    }
    line_editor_erase_line(editor);
    editor->recalled = back;
    if (back == 0) {
        return;
    }
    unsigned slot =
        (history->next + LINE_HISTORY_LINES - back) % LINE_HISTORY_LINES;
    for (const char *byte = history->lines[slot]; *byte != 0; byte++) {
        insert(editor, *byte);
    }
}

static void recall_later(struct line_editor *editor)
{
    if (editor->recalled > 0) {
        recall(editor, editor->recalled - 1);
    }
}

/* A key that came as ESC [ number ~. */
static void take_numbered_key(struct line_editor *editor)
{
    switch (editor->parameter) {
    case KEY_HOME:
    case KEY_HOME_OLD:
        move_to(editor, 0);
        break;
    case KEY_END:
    case KEY_END_OLD:
        move_to(editor, editor->length);
        break;
    case KEY_DELETE:
        erase(editor, editor->cursor, next(editor, editor->cursor));
        break;
    default:
        break;
    }
}

/* A key by the letter that ends ESC [. */
static void take_key(struct line_editor *editor, uint8_t key)
{
    switch (key) {
    case 'A':
        recall(editor, editor->recalled + 1);
        break;
    case 'B':
        recall_later(editor);
        break;
    case 'C':
        move_to(editor, next(editor, editor->cursor));
        break;
    case 'D':
        move_to(editor, previous(editor, editor->cursor));
        break;
    case 'H':
        move_to(editor, 0);
        break;
    case 'F':
        move_to(editor, editor->length);
        break;
    case '~':
        take_numbered_key(editor);
        break;
    default:
        break;
    }
}

/* Of several numbers the first one names the key; the others say what was held
 * with it. */
static void take_parameter(struct line_editor *editor, uint8_t byte)
{
    if (byte < '0' || byte > '9') {
        editor->has_parameter = true;
        return;
    }
    if (!editor->has_parameter) {
        unsigned digit = (unsigned)byte - '0';
        editor->parameter = MIN(editor->parameter * 10 + digit, KEY_MAX);
    }
}

static void begin_sequence(struct line_editor *editor)
{
    editor->escape = LINE_ESCAPE_SEQUENCE;
    editor->parameter = 0;
    editor->has_parameter = false;
}

/* A sequence ends with its first byte that is neither parameter nor
 * intermediate (ECMA-48, 5.4), and all of it is taken, also of a key that does
 * nothing here. ESC begins a new one wherever it comes. */
static void take_escape(struct line_editor *editor, uint8_t byte)
{
    enum line_escape state = editor->escape;
    if (state == LINE_ESCAPE_STARTED && (byte == '[' || byte == 'O')) {
        begin_sequence(editor);
        return;
    }
    if (state == LINE_ESCAPE_STARTED && byte >= ' ' && byte < '0') {
        return;
    }
    if (state == LINE_ESCAPE_SEQUENCE && byte == '[') {
        editor->escape = LINE_ESCAPE_FUNCTION;
        return;
    }
    if (state == LINE_ESCAPE_SEQUENCE && byte >= ' ' && byte < '@') {
        take_parameter(editor, byte);
        return;
    }
    editor->escape = LINE_ESCAPE_NONE;
    if (state == LINE_ESCAPE_SEQUENCE) {
        take_key(editor, byte);
    }
}

/* The keys of ^A to ^P that do what one of the above does, or 0. */
static uint8_t key_of_control(uint8_t byte)
{
    switch (byte) {
    case CONTROL('A'):
        return 'H';
    case CONTROL('B'):
        return 'D';
    case CONTROL('E'):
        return 'F';
    case CONTROL('F'):
        return 'C';
    case CONTROL('N'):
        return 'B';
    case CONTROL('P'):
        return 'A';
    default:
        return 0;
    }
}

void line_editor_input(struct line_editor *editor, uint8_t byte)
{
    if (byte == ESC) {
        editor->escape = LINE_ESCAPE_STARTED;
        return;
    }
    if (editor->escape != LINE_ESCAPE_NONE) {
        take_escape(editor, byte);
        return;
    }
    if (byte == CONTROL('K')) {
        erase(editor, editor->cursor, editor->length);
        return;
    }
    uint8_t key = key_of_control(byte);
    if (key != 0) {
        take_key(editor, key);
        return;
    }
    insert(editor, (char)byte);
}

void line_editor_erase_character(struct line_editor *editor)
{
    erase(editor, previous(editor, editor->cursor), editor->cursor);
}

void line_editor_erase_word(struct line_editor *editor)
{
    size_t start = editor->cursor;
    while (start > 0 && editor->text[start - 1] == ' ') {
        start--;
    }
    while (start > 0 && editor->text[start - 1] != ' ') {
        start--;
    }
    erase(editor, start, editor->cursor);
}

void line_editor_erase_line(struct line_editor *editor)
{
    erase(editor, 0, editor->length);
}

void line_editor_show_end(struct line_editor *editor)
{
    move_to(editor, editor->length);
}

static bool is_last(const struct line_editor *editor)
{
    const struct line_history *history = &editor->history;
    if (history->count == 0) {
        return false;
    }
    unsigned slot =
        (history->next + LINE_HISTORY_LINES - 1) % LINE_HISTORY_LINES;
    const char *last = history->lines[slot];
    return strlen(last) == editor->length &&
           memcmp(last, editor->text, editor->length) == 0;
}

void line_editor_remember(struct line_editor *editor)
{
    struct line_history *history = &editor->history;
    if (editor->echo == NULL || editor->length == 0 ||
        editor->length >= LINE_HISTORY_BYTES || is_last(editor)) {
        return;
    }
    char *line = history->lines[history->next];
    memcpy(line, editor->text, editor->length);
    line[editor->length] = 0;
    history->next = (history->next + 1) % LINE_HISTORY_LINES;
    history->count = MIN(history->count + 1, (unsigned)LINE_HISTORY_LINES);
}

void line_editor_clear(struct line_editor *editor)
{
    editor->length = 0;
    editor->cursor = 0;
    editor->recalled = 0;
    editor->escape = LINE_ESCAPE_NONE;
}

const char *line_editor_validate(const struct line_editor *editor)
{
    if (editor->length > LINE_EDITOR_MAX) {
        return "the line fits";
    }
    if (editor->cursor > editor->length) {
        return "the cursor is in the line";
    }
    if (editor->history.count > LINE_HISTORY_LINES ||
        editor->history.next >= LINE_HISTORY_LINES) {
        return "the history is a ring of its lines";
    }
    if (editor->recalled > editor->history.count) {
        return "the recalled line is in the history";
    }
    return NULL;
}
