/* kernel/file/initrd.c: what becomes of an archive's entries. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/file/device.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/initrd.h"
#include "kernel/file/regular.h"
#include "kernel/lib/bits.h"
#include "test/host/file_host.h"
#include "test/host/random.h"

#define SEED         0x1417edull
#define ROUNDS       20000
#define MANY         100000
#define MANY_SECONDS 30
#define DIRECTORY    (S_IFDIR | 0755)
#define REGULAR      (S_IFREG | 0644)
#define LINK         (S_IFLNK | 0777)

static char archive[0x4000];
static size_t archive_size;

/* What beside name, mode and data an entry has. */
struct extra {
    unsigned ino, links, major, minor;
};

static void put_extra(const char *name, unsigned mode, const char *data,
                      struct extra extra)
{
    size_t name_size = strlen(name) + 1;
    char *at = archive + archive_size;
    int header = sprintf(at,
                         "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
                         "%08X%08X",
                         extra.ino, mode, 1u, 2u, extra.links, 3u,
                         (unsigned)strlen(data), 0u, 0u, extra.major,
                         extra.minor, (unsigned)name_size, 0u);
    memcpy(at + header, name, name_size);
    archive_size = align_up(archive_size + (size_t)header + name_size, 4);
    memcpy(archive + archive_size, data, strlen(data));
    archive_size = align_up(archive_size + strlen(data), 4);
}

static void put(const char *name, unsigned mode, const char *data)
{
    put_extra(name, mode, data, (struct extra){.links = 1});
}

static int begin(void **state)
{
    (void)state;
    file_host_clear(); /* whose names are in the archive */
    memset(archive, 0, sizeof(archive));
    archive_size = 0;
    return 0;
}

static int take(void)
{
    put("TRAILER!!!", 0, "");
    return initrd_init(archive, archive_size);
}

static void assert_file(const char *path, const char *data)
{
    const struct inode *inode = file_host_find(path);
    assert_non_null(inode);
    assert_int_equal(inode->mode & S_IFMT, S_IFREG);
    assert_int_equal(inode->size, strlen(data));
    assert_memory_equal(inode->data, data, strlen(data));
}

static void entries_become_inodes(void **state)
{
    (void)state;
    put(".", DIRECTORY, "");
    put("bin", DIRECTORY, "");
    put("bin/sh", S_IFREG | 0755, "shell");
    put("sh", LINK, "bin/sh");
    put_extra("console", S_IFCHR | 0600, "",
              (struct extra){.major = 5, .minor = 1});
    assert_int_equal(take(), 0);
    assert_file("/bin/sh", "shell");

    const struct inode *file = file_host_find("/bin/sh");
    assert_int_equal(file->mode, S_IFREG | 0755);
    assert_int_equal(file->uid, 1);
    assert_int_equal(file->gid, 2);
    assert_int_equal(file->times.modified.tv_sec, 3);
    assert_ptr_equal(file->operations, &inode_regular_operations);
    assert_ptr_equal(file->name->directory, file_host_find("/bin"));
    assert_int_equal(file_host_find("/bin")->mode, DIRECTORY);
    const struct inode *link = file_host_find("/sh");
    assert_int_equal(link->mode, LINK);
    assert_memory_equal(link->data, "bin/sh", link->size);
    const struct inode *console = file_host_find("/console");
    assert_int_equal(console->rdev, MAKEDEV(5, 1));
    assert_ptr_equal(console->operations, device_operations(MAKEDEV(5, 1)));
}

static void missing_directories_are_made(void **state)
{
    (void)state;
    put("a/b/c/file", REGULAR, "x");
    put("a/b", S_IFDIR | 0700, "");
    assert_int_equal(take(), 0);
    assert_file("/a/b/c/file", "x");
    assert_int_equal(file_host_find("/a")->mode, DIRECTORY);
    assert_int_equal(file_host_find("/a/b")->mode, S_IFDIR | 0700);
}

static void the_later_of_two_counts(void **state)
{
    (void)state;
    put("file", REGULAR, "old");
    put("link", LINK, "old");
    put("file", REGULAR, "newer");
    put("link", REGULAR, "a file now");
    put("dir/file", REGULAR, "kept");
    put("dir", DIRECTORY, "");
    assert_int_equal(take(), 0);
    assert_file("/file", "newer");
    assert_file("/link", "a file now");
    assert_file("/dir/file", "kept");
    assert_int_equal(file_host_logged, 0);
}

static void a_directory_is_not_replaced(void **state)
{
    (void)state;
    put("dir/file", REGULAR, "kept");
    put("dir", REGULAR, "left out");
    put("dir/file/below", REGULAR, "left out");
    put("after", REGULAR, "taken");
    assert_int_equal(take(), 0);
    assert_file("/dir/file", "kept");
    assert_file("/after", "taken");
    assert_int_equal(file_host_logged, 2);
}

static void names_lead_through_links_and_dots(void **state)
{
    (void)state;
    put("usr/bin", DIRECTORY, "");
    put("bin", LINK, "usr/bin");
    put("bin/sh", REGULAR, "shell");
    put("none", LINK, "nowhere");
    put("none/file", REGULAR, "left out");
    put("usr/../etc/./motd", REGULAR, "hello");
    put("../../top", REGULAR, "top");
    assert_int_equal(take(), 0);
    assert_file("/usr/bin/sh", "shell");
    assert_file("/etc/motd", "hello");
    assert_file("/top", "top");
    assert_int_equal(file_host_logged, 1);
}

static void hard_links_are_one_file(void **state)
{
    (void)state;
    const struct extra two = {.ino = 7, .links = 2};
    put_extra("first", REGULAR, "", two);
    put_extra("second", REGULAR, "data", two);
    put("third", REGULAR, "data");
    assert_int_equal(take(), 0);
    assert_file("/first", "data");
    assert_file("/second", "data");
    const struct inode *file = file_host_find("/first");
    assert_ptr_equal(file_host_find("/second"), file);
    assert_int_equal(file->links, 2);
    assert_int_equal(file_host_find("/third")->links, 1);
    assert_ptr_not_equal(file_host_find("/third"), file);
    assert_null(inode_validate());
}

static void names_of_files_need_not_stand_together(void **state)
{
    (void)state;
    const struct extra seven = {.ino = 7, .links = 3};
    const struct extra nine = {.ino = 9, .links = 2};
    put_extra("a", REGULAR, "", seven);
    put_extra("empty", REGULAR, "", nine);
    put_extra("b", REGULAR, "", seven);
    put_extra("replaced", REGULAR, "", seven);
    put_extra("c", REGULAR, "data", seven);
    put_extra("single", REGULAR, "not this", (struct extra){7, 1, 0, 0});
    put_extra("empty too", REGULAR, "", nine);
    put("replaced", REGULAR, "by this");
    put("TRAILER!!!", 0, "");
    put_extra("other", REGULAR, "another archive", nine);
    assert_int_equal(take(), 0);
    assert_file("/a", "data");
    assert_file("/b", "data");
    assert_file("/c", "data");
    assert_file("/empty", "");
    assert_file("/empty too", "");
    assert_file("/single", "not this");
    assert_file("/replaced", "by this");
    assert_file("/other", "another archive");
    assert_int_not_equal(file_host_find("/replaced")->number,
                         file_host_find("/a")->number);
}

/* A file that was replaced under all its names gets another one. */
static void a_file_without_names_is_named_again(void **state)
{
    (void)state;
    const struct extra seven = {.ino = 7, .links = 2};
    put_extra("a", REGULAR, "data", seven);
    put("a", REGULAR, "other");
    put_extra("b", REGULAR, "", seven);
    assert_int_equal(take(), 0);
    assert_file("/a", "other");
    assert_file("/b", "data");
    assert_int_equal(file_host_find("/b")->links, 1);
    assert_null(inode_validate());
}

static void a_cut_archive_keeps_its_beginning(void **state)
{
    (void)state;
    put("first", REGULAR, "one");
    size_t cut = archive_size + 50;
    put("second", REGULAR, "two");
    assert_int_equal(initrd_init(archive, cut), -EINVAL);
    assert_file("/first", "one");
    assert_null(file_host_find("/second"));
    assert_int_equal(file_host_logged, 1);
}

static void what_is_no_archive_is_a_file(void **state)
{
    (void)state;
    assert_true(initrd_is_archive("070701...", 9));
    assert_true(initrd_is_archive("070702...", 9));
    assert_false(initrd_is_archive("07070", 5));
    assert_false(initrd_is_archive("\177ELF....", 8));
    assert_int_equal(initrd_add_file("/boot/hello arg/x", "data", 4), 0);
    assert_file("/hello", "data");
    assert_int_equal(initrd_add_file("hello", "new", 3), 0);
    assert_file("/hello", "new");
    assert_int_equal(initrd_add_file("", "x", 1), -EINVAL);
    assert_int_equal(initrd_add_file("dir/", "x", 1), -EINVAL);
    assert_int_equal(initrd_add_file("..", "x", 1), -EINVAL);
}

static void a_directory_goes_with_what_is_below(void **state)
{
    (void)state;
    put("dir/a/b/c", REGULAR, "");
    put("dir/a/d", REGULAR, "");
    put("dir/e", REGULAR, "");
    put("kept", REGULAR, "kept");
    assert_int_equal(take(), 0);
    struct inode *below = file_host_find("/dir/a/b");
    assert_int_equal(initrd_add_file("dir", "file", 4), 0);
    assert_null(inode_validate());
    assert_file("/dir", "file");
    assert_file("/kept", "kept");
    assert_null(name_find(below, "c", 1));
}

static void mutated_archives_do_no_harm(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    put("a/b/file", REGULAR, "data");
    put("a/l", LINK, "b");
    put("a/l/x", REGULAR, "data");
    put("a", LINK, "a");
    put("l", LINK, "../a/l/");
    put("l/..", DIRECTORY, "");
    put("TRAILER!!!", 0, "");
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t *copy = malloc(archive_size);
        memcpy(copy, archive, archive_size);
        random_mutate(&state, copy, archive_size);
        file_host_clear();
        int error = initrd_init(copy, archive_size);
        assert_true(error == 0 || error == -EINVAL);
        assert_null(inode_validate());
        file_host_clear();
        free(copy);
    }
}

static void validate_sees_what_is_wrong(void **state)
{
    (void)state;
    struct inode *file = file_host_make("/file", REGULAR);
    struct inode *directory = file_host_make("/dir", DIRECTORY);
    struct inode *root = inode_root();

    file->links++;
    assert_non_null(inode_validate());
    file->links--;
    root->links--; /* as if /dir had no ".." */
    assert_non_null(inode_validate());
    root->links++;
    file->name->inode = directory;
    assert_non_null(inode_validate());
    file->name->inode = file;
    directory->name->text = NULL;
    assert_non_null(inode_validate());
    directory->name->text = directory->name->short_text;
    file->name->by_text.hash++;
    assert_non_null(inode_validate());
    file->name->by_text.hash--;
    assert_null(inode_validate());
}

/* A file may have many names, too, and any of them may go first. */
static void many_names_of_one_file(void **state)
{
    (void)state;
    static char names[MANY][8];
    struct inode *root = inode_root();
    struct inode *file = file_host_make("/file", REGULAR);

    alarm(MANY_SECONDS);
    for (size_t i = 0; i < MANY; i++) {
        size_t size = (size_t)snprintf(names[i], sizeof(names[i]), "%zu", i);
        assert_non_null(name_create(root, names[i], size, file));
    }
    assert_int_equal(file->links, MANY + 1);
    assert_null(inode_validate());
    name_remove(name_find(root, "file", 4));
    for (size_t i = 0; i + 1 < MANY; i++) {
        name_remove(name_find(root, names[i], strlen(names[i])));
    }
    assert_int_equal(file->links, 1);
    assert_int_equal(file->name->size, strlen(names[MANY - 1]));
    assert_memory_equal(file->name->text, names[MANY - 1], file->name->size);
    assert_null(inode_validate());
    alarm(0);
}

/* As many steps as names: their square would take longer than the alarm. */
static void many_names_in_one_directory(void **state)
{
    (void)state;
    static char names[MANY][8];
    struct inode *directory = file_host_make("/many", DIRECTORY);

    alarm(MANY_SECONDS);
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "%zu", i);
        assert_non_null(
            inode_create(directory, names[i], strlen(names[i]), REGULAR));
    }
    /* Each is taken out and put before the others, the last first. */
    for (size_t i = MANY; i-- > 0;) {
        size_t size = strlen(names[i]);
        const struct name *old = name_find(directory, names[i], size);
        assert_memory_equal(old->text, names[i], size);
        assert_ptr_not_equal(inode_ensure(directory, names[i], size, DIRECTORY),
                             NULL);
    }
    size_t count = 0;
    const struct name *at = NULL;
    while ((at = name_next(directory, at)) != NULL) {
        assert_memory_equal(at->text, names[count], at->size);
        count++;
    }
    assert_int_equal(count, MANY);
    assert_null(inode_validate());
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_become_inodes, begin),
        cmocka_unit_test_setup(missing_directories_are_made, begin),
        cmocka_unit_test_setup(the_later_of_two_counts, begin),
        cmocka_unit_test_setup(a_directory_is_not_replaced, begin),
        cmocka_unit_test_setup(names_lead_through_links_and_dots, begin),
        cmocka_unit_test_setup(hard_links_are_one_file, begin),
        cmocka_unit_test_setup(names_of_files_need_not_stand_together, begin),
        cmocka_unit_test_setup(a_file_without_names_is_named_again, begin),
        cmocka_unit_test_setup(a_cut_archive_keeps_its_beginning, begin),
        cmocka_unit_test_setup(what_is_no_archive_is_a_file, begin),
        cmocka_unit_test_setup(a_directory_goes_with_what_is_below, begin),
        cmocka_unit_test_setup(mutated_archives_do_no_harm, begin),
        cmocka_unit_test_setup(many_names_in_one_directory, begin),
        cmocka_unit_test_setup(many_names_of_one_file, begin),
        cmocka_unit_test_setup(validate_sees_what_is_wrong, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
