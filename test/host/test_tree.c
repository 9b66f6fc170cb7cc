/* kernel/file/tree_*.c: what programs do to names, against the file system of
 * the machine that runs the test. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/file/file_validate.h"
#include "kernel/file/tree.h"
#include "test/host/file_host.h"
#include "test/host/host_names.h"
#include "test/host/random.h"

#define SEED      0x7ee5ull
#define ROUNDS    60
#define CALLS     400
#define PARTS_MAX 4

static struct place base;
static struct credentials who;
static uint64_t state = SEED;

/* Names are few, so that they meet; one is too long for a name's own bytes. */
static const char *random_name(void)
{
    static const char *const names[] = {
        "a", "b", "c", "d",
        "a-name-that-needs-memory-of-its-own-being-so-long"};

    return names[random_below(&state, sizeof(names) / sizeof(names[0]))];
}

static void append_part(char *path, bool may_go_up)
{
    switch (random_below(&state, may_go_up ? 12 : 10)) {
    case 0:
        strcat(path, ".");
        break;
    case 11:
        strcat(path, "..");
        break;
    default:
        strcat(path, random_name());
    }
}

static void draw_path(char *path, bool may_go_up)
{
    size_t parts = 1 + random_below(&state, PARTS_MAX);
    size_t ups = 0;

    path[0] = '\0';
    for (size_t i = 0; i < parts; i++) {
        append_part(path, may_go_up && ups < 2);
        ups += strcmp(path + strlen(path) - 2, "..") == 0;
        if (i + 1 < parts || random_below(&state, 8) == 0) {
            strcat(path, random_below(&state, 6) == 0 ? "//" : "/");
        }
    }
}

static struct host_step draw_step(void)
{
    static const unsigned flags[] = {0, 0, 0, HOST_NO_REPLACE, HOST_EXCHANGE};
    struct host_step step = {
        .call = (enum host_call)random_below(&state, HOST_CALLS),
        .flags = flags[random_below(&state, 5)],
    };

    draw_path(step.first, true);
    draw_path(step.second, true);
    if (step.call == HOST_SYMLINK) {
        draw_path(step.first, false);
    }
    return step;
}

static int create(const char *path)
{
    struct path_end end = {.size = 0};
    struct place found;
    int error = path_find_or_end(&who, base, path, 0, &found, &end);

    if (error == 0) {
        return -EEXIST;
    }
    return error == -ENOENT && end.size > 0
               ? tree_create(&who, &end,
                             (struct tree_kind){.mode = S_IFREG | 0644}, &found)
               : error;
}

static int make_directory(const char *path)
{
    const struct tree_kind kind = {.mode = S_IFDIR | 0755};
    struct path_end end;
    struct place made;
    int error = path_find_end(&who, base, path, &end);

    return error != 0 ? error : tree_create(&who, &end, kind, &made);
}

static int with_two(const struct host_step *s)
{
    struct path_end end, new;
    struct place old;
    int error;

    if (s->call == HOST_RENAME) {
        error = path_find_end(&who, base, s->first, &end);
    } else {
        error =
            s->call == HOST_LINK ? path_find(&who, base, s->first, 0, &old) : 0;
    }
    if (error == 0) {
        error = path_find_end(&who, base, s->second, &new);
    }
    if (error != 0) {
        return error;
    }
    if (s->call == HOST_RENAME) {
        return tree_rename(&who, &end, &new, s->flags);
    }
    return s->call == HOST_LINK
               ? tree_link(&who, old, &new)
               : tree_symlink(&who, &new, s->first, strlen(s->first));
}

static int ask_brix(const struct host_step *s)
{
    struct path_end end;
    int error;

    switch (s->call) {
    case HOST_CREATE:
        return create(s->first);
    case HOST_MAKE_DIRECTORY:
        return make_directory(s->first);
    case HOST_UNLINK:
    case HOST_REMOVE_DIRECTORY:
        error = path_find_end(&who, base, s->first, &end);
        if (error != 0) {
            return error;
        }
        return s->call == HOST_UNLINK ? tree_unlink(&who, &end)
                                      : tree_rmdir(&who, &end);
    default:
        return with_two(s);
    }
}

/* Both have the same at NAME, and below; returns how many names. */
static unsigned compare(struct name *name)
{
    const struct inode *inode = name->inode;
    struct name *child = NULL;
    struct host_name found;
    char path[HOST_PATH_SIZE * 2];
    unsigned count = 1;

    assert_true(path_of(name_place(name), path) > 0);
    host_names_look(path, &found);
    assert_int_equal(found.type, inode->mode & S_IFMT);
    if (inode_is(inode, S_IFLNK)) {
        assert_int_equal(found.size, inode->size);
        assert_memory_equal(found.target, inode->data, inode->size);
    }
    if (!inode_is(inode, S_IFDIR)) {
        assert_int_equal(found.links, inode->links);
        return count;
    }
    while ((child = name_next(inode, child)) != NULL) {
        count += compare(child);
    }
    return count;
}

static void make_own(const char *path)
{
    file_host_make(path, S_IFDIR | 0755)->uid = who.user.file;
}

static void begin_round(void)
{
    host_names_clear();
    file_host_clear();
    make_own("/1");
    make_own("/1/2");
    make_own(HOST_BASE);
    base = name_place(name_get(file_host_find(HOST_BASE)->name));
}

static void end_round(void)
{
    struct name *name = base.name;

    assert_int_equal(compare(inode_root()->name), host_names_count());
    assert_null(inode_validate());
    name_put(name);
}

static void all_is_as_on_the_machine(void **context)
{
    unsigned good = 0;

    (void)context;
    who.user.file = host_user();
    who.group.file = host_group();
    inode_root()->uid = who.user.file;
    host_names_create();
    for (unsigned round = 0; round < ROUNDS; round++) {
        begin_round();
        for (unsigned i = 0; i < CALLS; i++) {
            const struct host_step step = draw_step();
            int expected = host_names_do(&step);
            int found = ask_brix(&step);
            if (found != expected) {
                fail_msg("round %u, call %d(%s, %s) with flags %u: %d, not %d",
                         round, (int)step.call, step.first, step.second,
                         step.flags, found, expected);
            }
            good += found == 0;
        }
        end_round();
    }
    print_message("%u calls, of which %u did something\n", ROUNDS * CALLS,
                  good);
    assert_true(good > ROUNDS * CALLS / 20);
}

static int clean(void **context)
{
    (void)context;
    host_names_remove();
    file_host_clear();
    inode_root()->uid = ID_ROOT;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_is_as_on_the_machine, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
