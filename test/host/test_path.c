/* kernel/file/path.c: what lookup answers, by example; and the host's own
 * lookup (openat2) of random paths in random trees against ours. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/file/path.h"
#include "kernel/file/permission.h"
#include "test/host/file_host.h"
#include "test/host/host_tree.h"
#include "test/host/random.h"

#define SEED        0x5eed0fba7e5ull
#define TREES       40
#define PATHS       2000
#define NODES       24
#define PATH_LENGTH 300

static struct place root(void)
{
    return name_place(inode_root()->name);
}

static int find(const char *path, unsigned flags, const struct inode **inode)
{
    struct place found = {0};
    int error = path_find(&credentials_of_kernel, root(), path, flags, &found);
    *inode = found.inode;
    return error;
}

static void assert_finds(const char *path, unsigned flags, const char *expected)
{
    const struct inode *inode;
    assert_int_equal(find(path, flags, &inode), 0);
    assert_ptr_equal(inode, file_host_find(expected));
}

static void assert_fails(const char *path, unsigned flags, int error)
{
    const struct inode *inode;
    assert_int_equal(find(path, flags, &inode), error);
}

/*   /bin/sh   /bin/link -> sh   /lib -> bin   /up -> ../bin/./sh
 *   /dangling -> none   /loop -> loop   /dir -> bin/   /root -> /   */
static int make_example(void **state)
{
    (void)state;
    file_host_clear();
    file_host_make("/bin", S_IFDIR | 0755);
    file_host_make("/bin/sh", S_IFREG | 0755);
    file_host_link("/bin/link", "sh");
    file_host_link("/lib", "bin");
    file_host_link("/up", "../bin/./sh");
    file_host_link("/dangling", "none");
    file_host_link("/loop", "loop");
    file_host_link("/dir", "bin/");
    file_host_link("/root", "/");
    return 0;
}

static void names_dots_and_slashes(void **state)
{
    (void)state;
    assert_finds("/", 0, "");
    assert_finds("//", 0, "");
    assert_finds("..", 0, "");
    assert_finds("/bin/../../bin//./sh", 0, "/bin/sh");
    assert_finds("bin/", 0, "/bin");
    assert_fails("", PATH_FOLLOW, -ENOENT);
    assert_fails("bin/none", PATH_FOLLOW, -ENOENT);
    assert_fails("none/sh", PATH_FOLLOW, -ENOENT);
    assert_fails("bin/sh/", 0, -ENOTDIR);
    assert_fails("bin/sh/.", 0, -ENOTDIR);
    assert_fails("bin/sh/none", 0, -ENOTDIR);
}

static void links(void **state)
{
    (void)state;
    assert_finds("lib", 0, "/lib");
    assert_finds("lib", PATH_FOLLOW, "/bin");
    assert_finds("lib/", 0, "/bin");
    assert_finds("lib/link", 0, "/bin/link");
    assert_finds("lib/link", PATH_FOLLOW, "/bin/sh");
    assert_finds("up", PATH_FOLLOW, "/bin/sh");
    assert_finds("dir", PATH_FOLLOW, "/bin");
    assert_finds("root/root/lib/..", 0, "");
    assert_fails("bin/link/", 0, -ENOTDIR);
    assert_fails("dangling", PATH_FOLLOW, -ENOENT);
    assert_finds("dangling", 0, "/dangling");
    assert_fails("loop", PATH_FOLLOW, -ELOOP);
    assert_fails("loop/x", 0, -ELOOP);
}

static struct path_end end;

static int find_or_end(const char *path)
{
    struct place found;
    return path_find_or_end(&credentials_of_kernel, root(), path, PATH_FOLLOW,
                            &found, &end);
}

static void assert_end(const char *directory, const char *text)
{
    assert_ptr_equal(end.directory.inode, file_host_find(directory));
    assert_int_equal(end.size, strlen(text));
    assert_memory_equal(end.text, text, strlen(text));
}

/* O_CREAT: where what is not there would be. */
static void creation(void **state)
{
    (void)state;
    assert_int_equal(find_or_end("bin/sh"), 0);
    assert_int_equal(end.size, 0);
    assert_int_equal(find_or_end("bin/none"), -ENOENT);
    assert_end("/bin", "none");
    assert_int_equal(find_or_end("lib/none"), -ENOENT);
    assert_end("/bin", "none");
    assert_int_equal(find_or_end("dangling"), -ENOENT);
    assert_true(end.size > 0);
    assert_int_equal(find_or_end("none/none"), -ENOENT);
    assert_int_equal(end.size, 0);
    assert_int_equal(find_or_end("none/"), -EISDIR);
    assert_int_equal(find_or_end("bin/"), -EISDIR);
    assert_int_equal(find_or_end("bin/sh/none"), -ENOTDIR);
    assert_int_equal(find_or_end("bin/.."), 0);
}

static int find_end(const char *path)
{
    return path_find_end(&credentials_of_kernel, root(), path, &end);
}

/* The last name, whatever it is. */
static void ends(void **state)
{
    (void)state;
    assert_int_equal(find_end("bin/sh"), 0);
    assert_end("/bin", "sh");
    assert_false(end.has_slash);
    assert_int_equal(find_end("lib//"), 0); /* a link, not followed */
    assert_end("", "lib");
    assert_true(end.has_slash);
    assert_int_equal(find_end("lib/.."), 0);
    assert_end("/bin", "..");
    assert_true(path_end_is_parent(&end));
    assert_int_equal(find_end("bin/./."), 0);
    assert_true(path_end_is_self(&end));
    assert_int_equal(find_end("//"), 0);
    assert_int_equal(end.size, 0);
    assert_ptr_equal(end.directory.inode, inode_root());
    assert_int_equal(find_end("bin/sh/x"), -ENOTDIR);
    assert_int_equal(find_end("none/x"), -ENOENT);
    assert_int_equal(find_end("loop/x"), -ELOOP);
    assert_int_equal(find_end(""), -ENOENT);
}

static int find_for(const struct credentials *who, const char *path)
{
    struct place found;
    return path_find(who, root(), path, 0, &found);
}

/* Each directory on the way has to be searched; root always may. */
static void who_may_search(void **state)
{
    (void)state;
    const struct credentials owner = {.user.file = 5, .group.file = 50};
    const struct credentials member = {
        .user.file = 6, .group.file = 60, .group_count = 1, .groups = {50}};
    const struct credentials other = {.user.file = 6, .group.file = 60};
    struct inode *bin = file_host_find("/bin");

    bin->uid = 5;
    bin->gid = 50;
    bin->mode = S_IFDIR | 0670;
    assert_int_equal(find_for(&credentials_of_kernel, "bin/sh"), 0);
    assert_int_equal(find_for(&owner, "bin"), 0);
    assert_int_equal(find_for(&owner, "bin/sh"), -EACCES);
    assert_int_equal(find_for(&owner, "bin/none"), -EACCES);
    assert_int_equal(find_for(&owner, "bin/."), -EACCES);
    assert_int_equal(find_for(&owner, "lib/sh"), -EACCES);
    assert_int_equal(find_for(&member, "bin/sh"), 0);
    assert_int_equal(find_for(&other, "bin/.."), -EACCES);
    bin->mode = S_IFDIR | 0701;
    assert_int_equal(find_for(&owner, "bin/sh"), 0);
    assert_int_equal(find_for(&member, "bin/sh"), -EACCES);
    assert_int_equal(find_for(&other, "bin/sh"), 0);
}

static int may(uint32_t user, uint32_t mode, int wanted)
{
    struct inode inode = {.mode = mode, .uid = 5, .gid = 50};
    const struct credentials who = {.user.file = user, .group.file = 60};

    return place_permission((struct place){.inode = &inode}, &who, wanted);
}

static void what_modes_allow(void **state)
{
    (void)state;
    assert_int_equal(may(5, S_IFREG | 0400, R_OK), 0);
    assert_int_equal(may(5, S_IFREG | 0477, W_OK), -EACCES);
    assert_int_equal(may(5, S_IFREG | 0600, R_OK | W_OK), 0);
    assert_int_equal(may(5, S_IFREG | 0600, R_OK | X_OK), -EACCES);
    assert_int_equal(may(6, S_IFREG | 0774, R_OK), 0);
    assert_int_equal(may(6, S_IFREG | 0774, W_OK), -EACCES);
    assert_int_equal(may(ID_ROOT, S_IFREG | 0000, R_OK | W_OK), 0);
    assert_int_equal(may(ID_ROOT, S_IFREG | 0666, X_OK), -EACCES);
    assert_int_equal(may(ID_ROOT, S_IFREG | 0010, X_OK), 0);
    assert_int_equal(may(ID_ROOT, S_IFDIR | 0000, X_OK), 0);
}

static void forty_links_and_no_more(void **state)
{
    (void)state;
    static char names[PATH_LINKS_MAX + 2][8];
    for (int i = 0; i <= PATH_LINKS_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "/c%d", i);
        file_host_link(names[i], i == 0 ? "bin" : names[i - 1]);
    }
    assert_finds("c39", PATH_FOLLOW, "/bin");
    assert_fails("c40", PATH_FOLLOW, -ELOOP);
    assert_finds("c39/sh", 0, "/bin/sh");
}

static void lengths(void **state)
{
    (void)state;
    char path[4097];
    memset(path, 'a', sizeof(path));
    path[255] = '\0';
    assert_fails(path, 0, -ENOENT);
    path[255] = 'a';
    path[256] = '\0';
    assert_fails(path, 0, -ENAMETOOLONG);
    memset(path, '/', sizeof(path));
    path[4095] = '\0';
    assert_finds(path, 0, "");
    path[4095] = '/';
    path[4096] = '\0';
    assert_fails(path, 0, -ENAMETOOLONG);
}

static void paths_of_places(void **state)
{
    (void)state;
    char text[4096];
    struct place place = name_place(file_host_find("/bin/sh")->name);
    assert_int_equal(path_of(root(), text), 1);
    assert_string_equal(text, "/");
    assert_int_equal(path_of(place, text), 7);
    assert_string_equal(text, "/bin/sh");
}

/* From here on: the host as the oracle. */

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

static size_t add(char *text, size_t used, const char *part)
{
    return used + (size_t)sprintf(text + used, "%s", part);
}

/* A path of one to five names, of which few are missing. */
static void random_path(uint64_t *state, char *text)
{
    size_t used = random_below(state, 4) == 0 ? add(text, 0, "/") : 0;
    size_t count = 1 + random_below(state, 5);
    for (size_t i = 0; i < count; i++) {
        size_t kind = random_below(state, 20);
        const char *name = kind == 0   ? "none"
                           : kind <= 2 ? ".."
                           : kind == 3 ? "."
                                       : names[random_below(state, 6)];
        used = add(text, used, name);
        if (i + 1 < count || random_below(state, 6) == 0) {
            used = add(text, used, random_below(state, 6) == 0 ? "//" : "/");
        }
    }
}

/* The directories that exist in both trees. */
struct directories {
    struct inode *inodes[NODES + 1];
    char paths[NODES + 1][PATH_LENGTH];
    size_t count;
};

static struct inode *make_in_both(struct inode *directory, const char *path,
                                  enum host_tree_kind kind, const char *target)
{
    static const uint32_t modes[] = {
        [HOST_TREE_FILE] = S_IFREG | 0644,
        [HOST_TREE_DIRECTORY] = S_IFDIR | 0755,
        [HOST_TREE_LINK] = S_IFLNK | 0777,
    };
    const char *name = strrchr(path, '/') + 1;
    struct inode *inode =
        inode_create(directory, name, strlen(name), modes[kind]);
    inode->number = host_tree_make(path, kind, target);
    inode->data = target;
    inode->size = target != NULL ? strlen(target) : 0;
    return inode;
}

/* One random node more, in a random directory. Half of them are directories.
 */
static void make_node(uint64_t *state, struct directories *all, char *path,
                      char *target)
{
    size_t at = random_below(state, all->count);
    const char *name = names[random_below(state, 6)];
    struct inode *directory = all->inodes[at];

    if (name_find(directory, name, strlen(name)) != NULL) {
        return;
    }
    snprintf(path, PATH_LENGTH, "%s/%s", all->paths[at], name);
    switch (random_below(state, 4)) {
    case 0:
        make_in_both(directory, path, HOST_TREE_FILE, NULL);
        break;
    case 1:
        random_path(state, target);
        make_in_both(directory, path, HOST_TREE_LINK, target);
        break;
    default:
        all->inodes[all->count] =
            make_in_both(directory, path, HOST_TREE_DIRECTORY, NULL);
        strcpy(all->paths[all->count], path);
        all->count++;
    }
}

static void make_trees(uint64_t *state)
{
    static char paths[NODES][PATH_LENGTH];
    static char targets[NODES][PATH_LENGTH];
    struct directories all = {.inodes = {inode_root()}, .count = 1};

    file_host_clear();
    inode_root()->number = host_tree_begin();
    for (size_t i = 0; i < NODES; i++) {
        make_node(state, &all, paths[i], targets[i]);
    }
}

static void compare(const char *path, enum host_tree_last last)
{
    const struct inode *inode;
    unsigned flags = last == HOST_TREE_FOLLOW_LINK ? PATH_FOLLOW : 0;
    int error = find(path, flags, &inode);
    long ours = error != 0 ? error : (long)inode->number;
    long host = host_tree_find(path, last);

    if (ours != host) {
        fail_msg("%s, flags %u: %ld, but the host says %ld (seed 0x%llx)", path,
                 flags, ours, host, SEED);
    }
}

static void random_paths_as_on_the_host(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    char path[PATH_LENGTH];

    for (int tree = 0; tree < TREES; tree++) {
        make_trees(&state);
        for (int i = 0; i < PATHS; i++) {
            random_path(&state, path);
            compare(path, random_below(&state, 2) == 0 ? HOST_TREE_KEEP_LINK
                                                       : HOST_TREE_FOLLOW_LINK);
        }
        host_tree_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_dots_and_slashes, make_example),
        cmocka_unit_test_setup(links, make_example),
        cmocka_unit_test_setup(creation, make_example),
        cmocka_unit_test_setup(ends, make_example),
        cmocka_unit_test_setup(who_may_search, make_example),
        cmocka_unit_test(what_modes_allow),
        cmocka_unit_test_setup(forty_links_and_no_more, make_example),
        cmocka_unit_test_setup(lengths, make_example),
        cmocka_unit_test_setup(paths_of_places, make_example),
        cmocka_unit_test(random_paths_as_on_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
