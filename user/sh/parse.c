/* sh: text to words.
 *
 *     echo 'a  b'"c"  d   # comment
 *     [echo] [a  bc] [d]
 *
 * Blanks separate words, quotes of either kind keep them, a backslash keeps
 * the byte behind it, `;` and a newline end a command, `#` at the beginning of
 * a word hides the rest of the line.
 *
 * A word without its quotes is never longer than with them, so words are
 * written over the text that they are read from:
 *
 *     e c h o 0 a     b c 0 "   d
 *                     out ^   ^ in
 */
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

/* In place of a delimiter: a byte that ends no word. */
#define REFUSED '\xff'

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool is_command_end(char byte)
{
    return byte == ';' || byte == '\n' || byte == '\0';
}

/* The first byte that is no blank and in no comment. */
static char *skip_blanks(char *in)
{
    while (is_blank(*in)) {
        in++;
    }
    if (*in == '#') {
        while (*in != '\n' && *in != '\0') {
            in++;
        }
    }
    return in;
}

/* Copies what is between the quote at IN and its partner to OUT, which is
 * moved. Returns the place behind the partner, or NULL if there is none. */
static char *copy_quoted(char *in, char **out)
{
    char quote = *in;
    for (in++; *in != quote; in++) {
        if (*in == '\0') {
            return NULL;
        }
        **out = *in;
        (*out)++;
    }
    return in + 1;
}

/* Copies the word at IN to OUT, which is moved, without quotes and without an
 * end. Returns the place behind the word, or NULL if a quote is open. */
static char *copy_word(char *in, char **out)
{
    while (!is_blank(*in) && !is_command_end(*in)) {
        if (*in == '\'' || *in == '"') {
            in = copy_quoted(in, out);
            if (in == NULL) {
                return NULL;
            }
            continue;
        }
        if (*in == '\\' && in[1] != '\0') {
            in++;
        }
        **out = *in;
        (*out)++;
        in++;
    }
    return in;
}

/* Reads the word at *IN into the command and moves *IN behind it. Returns the
 * byte that ended the word: that byte itself may be overwritten. */
static char next_word(char **in, struct command *command)
{
    char *word = *in;
    char *out = word;
    char *end = copy_word(word, &out);
    if (end == NULL || command->count == SH_WORDS_MAX) {
        return REFUSED;
    }
    char delimiter = *end;
    *out = '\0';
    command->words[command->count] = word;
    command->count++;
    *in = delimiter == '\0' ? end : end + 1;
    return delimiter;
}

enum parse_result parse_command(char **text, struct command *command)
{
    char *in = skip_blanks(*text);
    *command = (struct command){0};
    if (*in == '\0') {
        return PARSE_END;
    }
    char delimiter = ' ';
    while (is_blank(delimiter)) {
        in = skip_blanks(in);
        if (is_command_end(*in)) {
            in += *in == '\0' ? 0 : 1;
            break;
        }
        delimiter = next_word(&in, command);
    }
    *text = in;
    return delimiter == REFUSED ? PARSE_REFUSED : PARSE_COMMAND;
}
