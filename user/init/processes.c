/* init: what the other processes do, as /proc shows it. */
#include "kernel/abi/dirent.h"
#include "user/init/init.h"
#include "user/lib/linux.h"
#include "user/lib/string.h"

#define PROC        "/proc/"
#define STAT        "/stat"
#define BUFFER_SIZE 1024
#define PATH_SIZE   64

static bool is_number(const char *name)
{
    const char *digit = name;

    while (*digit >= '0' && *digit <= '9') {
        digit++;
    }
    return digit != name && *digit == '\0';
}

/* The letter of state in /proc/PID/stat, `PID (NAME) LETTER ...`: a name may
 * have brackets of its own. 0 when the process is gone. */
static char state_of(const char *pid)
{
    char text[BUFFER_SIZE];
    char path[PATH_SIZE];
    size_t length = strlen(pid);

    memcpy(path, PROC, strlen(PROC));
    memcpy(path + strlen(PROC), pid, length);
    memcpy(path + strlen(PROC) + length, STAT, sizeof(STAT));
    long file = open_file(path);
    if (is_error(file)) {
        return 0;
    }
    long size = read((int)file, text, sizeof(text) - 1);
    close((int)file);
    if (size <= 0) {
        return 0;
    }
    text[size] = '\0';
    const char *bracket = strrchr(text, ')');
    return bracket != NULL && bracket[1] == ' ' ? bracket[2] : 0;
}

static bool can_act(const char *pid)
{
    char state = state_of(pid);

    return state != 0 && strchr("TtZX", state) == NULL && strcmp(pid, "1") != 0;
}

static bool list_has_one(const char *entries, long size)
{
    for (long at = 0; at < size;) {
        const struct linux_dirent64 *entry =
            (const struct linux_dirent64 *)(entries + at);
        if (is_number(entry->name) && can_act(entry->name)) {
            return true;
        }
        at += entry->length;
    }
    return false;
}

bool processes_can_act(void)
{
    _Alignas(struct linux_dirent64) char entries[BUFFER_SIZE];
    bool has_one = false;
    long size;
    long proc = open_file(PROC);

    if (is_error(proc)) {
        return true;
    }
    do {
        size =
            __syscall3(SYS(getdents64), proc, (long)entries, sizeof(entries));
        has_one = list_has_one(entries, size);
    } while (size > 0 && !has_one);
    close((int)proc);
    return has_one || is_error(size);
}
