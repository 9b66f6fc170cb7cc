/* kernel/file/name.c: how long names and their inodes are there, and cursors
 * among names that come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/file/file_validate.h"
#include "kernel/file/path.h"
#include "test/host/file_host.h"

#define FILE_MODE      (S_IFREG | 0644)
#define DIRECTORY_MODE (S_IFDIR | 0755)
#define LONG_NAME      200

static int begin(void **state)
{
    (void)state;
    file_host_clear();
    return 0;
}

static void assert_path(struct name *name, const char *expected)
{
    char text[4096];

    assert_int_equal(path_of(name_place(name), text), strlen(expected));
    assert_string_equal(text, expected);
}

static void who_has_a_removed_name_has_its_file(void **state)
{
    (void)state;
    struct inode *file = file_host_make("/file", FILE_MODE);
    struct name *name = name_get(file->name);

    name_remove(name);
    assert_true(name_is_removed(name));
    assert_null(file_host_find("/file"));
    assert_int_equal(file->links, 0);
    assert_ptr_equal(name->inode, file);
    assert_path(name, "/file (deleted)");
    assert_ptr_not_equal(file_host_make("/file", FILE_MODE), file);
    assert_null(inode_validate());
    name_put(name);
}

static void a_file_has_several_names_until_the_last_has_gone(void **state)
{
    (void)state;
    struct inode *root = inode_root();
    struct inode *file = file_host_make("/first", FILE_MODE);
    struct name *first = name_get(file->name);

    assert_non_null(name_create(root, "second", 6, file));
    assert_int_equal(file->links, 2);
    name_remove(first);
    assert_int_equal(file->links, 1);
    assert_null(inode_validate());
    name_put(first);
    assert_ptr_equal(file_host_find("/second"), file);
    assert_path(file->name, "/second");
    assert_null(inode_validate());
}

static void names_above_stay_for_those_below(void **state)
{
    (void)state;
    struct inode *root = inode_root();
    uint32_t links = root->links;
    struct inode *upper = file_host_make("/upper", DIRECTORY_MODE);
    struct inode *lower = file_host_make("/upper/lower", DIRECTORY_MODE);
    struct name *name = name_get(lower->name);

    assert_int_equal(upper->links, 3);
    name_remove(name);
    assert_int_equal(lower->links, 0);
    assert_int_equal(upper->links, 2);
    name_remove(upper->name);
    assert_int_equal(root->links, links);
    assert_path(name, "/upper/lower (deleted)");
    struct place parent = place_parent(name_place(name));
    assert_ptr_equal(parent.inode, upper);
    assert_path(parent.name, "/upper (deleted)");
    name_put(name);
    assert_null(inode_validate());
}

static void long_names_are_kept_as_well(void **state)
{
    (void)state;
    char path[LONG_NAME + 2] = "/";

    memset(path + 1, 'x', LONG_NAME);
    for (size_t size = 1; size <= LONG_NAME; size++) {
        char part[sizeof(path)] = "";
        memcpy(part, path, size + 1);
        file_host_make(part, FILE_MODE);
        assert_path(file_host_find(part)->name, part);
    }
    assert_null(inode_validate());
}

static char next_letter(const struct name *cursor)
{
    const struct name *name = name_cursor_next(inode_root(), cursor);

    return name != NULL ? name->text[0] : '\0';
}

/*  d | c b a   ->   c is gone, e is new:   e d | b a   */
static void cursors_stand_between_names(void **state)
{
    (void)state;
    struct name *cursor = name_cursor_create();
    const char *paths[] = {"/a", "/b", "/c", "/d"};

    for (size_t i = 0; i < 4; i++) {
        file_host_make(paths[i], FILE_MODE);
    }
    assert_int_equal(next_letter(cursor), '\0');
    name_cursor_place(cursor, file_host_find("/c")->name);
    assert_int_equal(next_letter(cursor), 'c');
    name_remove(file_host_find("/c")->name);
    file_host_make("/e", FILE_MODE);
    assert_int_equal(next_letter(cursor), 'b');
    const struct name *d = file_host_find("/d")->name;
    assert_string_equal(name_next(inode_root(), d)->text, "b");
    assert_null(inode_validate());
    name_remove(file_host_find("/b")->name);
    name_remove(file_host_find("/a")->name);
    assert_int_equal(next_letter(cursor), '\0');
    assert_null(name_next(inode_root(), d));
    name_cursor_free(cursor);
}

static const char *check(struct name *had)
{
    (void)name_visit_tree(name_claim);
    (void)name_claim(had);
    const char *rule = name_visit_tree(name_check_claims);
    rule = rule == NULL ? name_check_claims(had) : rule;
    (void)name_visit_tree(name_unclaim);
    (void)name_unclaim(had);
    return rule;
}

static void references_are_claimed(void **state)
{
    (void)state;
    file_host_make("/dir", DIRECTORY_MODE);
    struct name *name = file_host_make("/dir/file", FILE_MODE)->name;

    assert_non_null(check(name));
    name_get(name);
    assert_null(check(name));
    name_remove(name);
    assert_null(check(name));
    name_get(name->directory->name);
    assert_non_null(check(name));
    name_put(name->directory->name);
    assert_null(check(name));
    name_put(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_has_a_removed_name_has_its_file, begin),
        cmocka_unit_test_setup(a_file_has_several_names_until_the_last_has_gone,
                               begin),
        cmocka_unit_test_setup(names_above_stay_for_those_below, begin),
        cmocka_unit_test_setup(long_names_are_kept_as_well, begin),
        cmocka_unit_test_setup(cursors_stand_between_names, begin),
        cmocka_unit_test_setup(references_are_claimed, begin),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_host_clear();
    return failed;
}
