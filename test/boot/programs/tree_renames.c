/* Names that move, and files that have several. */
#include "tree.h"

static unsigned renameat2_exchange = 2, renameat2_no_replace = 1;

static long exchange(const char *a, const char *b, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, flags);
}

static void links(void)
{
    char text[64], path[64];

    SHOW(make("f"));
    SHOW(link("f", "g"));
    show_stat("f");
    SHOW(link("f", "g"));
    SHOW(link("f", "new/"));
    SHOW(link("none", "new"));
    SHOW(link("proc/version", "new"));
    SHOW(link("f", "proc/new"));
    SHOW(mkdir("d", 0755));
    SHOW(link("d", "new"));
    SHOW(link("d", "g"));
    SHOW(symlink("f", "s"));
    SHOW(link("s", "t"));
    show_stat("t");
    SHOW(linkat(AT_FDCWD, "s", AT_FDCWD, "u", AT_SYMLINK_FOLLOW));
    show_stat("u");
    SHOW(linkat(AT_FDCWD, "s", AT_FDCWD, "v", 1));
    int fd = open("f", O_RDONLY);
    SHOW(linkat(fd, "", AT_FDCWD, "v", AT_EMPTY_PATH));
    SHOW(linkat(fd, "", AT_FDCWD, "w", 0));
    SHOW(linkat(fd, "x", AT_FDCWD, "w", 0));
    show_stat("v");
    SHOW(unlink("f") | unlink("g") | unlink("u") | unlink("v"));
    sprintf(text, "/proc/self/fd/%d", fd);
    SHOW(linkat(AT_FDCWD, text, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
    SHOW(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH));
    ssize_t size = readlink(text, path, sizeof(path));
    printf("%.*s\n", (int)size, path);
    SHOW(close(fd));
    show_stat("s");
    SHOW(open("s", O_RDONLY));
    SHOW(open("s", O_CREAT | O_EXCL | O_RDWR, 0600));
    SHOW(open("s", O_CREAT | O_NOFOLLOW | O_RDWR, 0600));
    SHOW(close(open("s", O_CREAT | O_RDWR, 0600)));
    show_stat("f");
    SHOW(symlink("f", "s"));
    SHOW(symlink("", "new"));
    SHOW(symlink("f", ""));
    SHOW(symlink(too_long_path, "new"));
    too_long_path[4095] = '\0';
    SHOW(symlink(too_long_path, "new"));
    show_stat("new");
    SHOW(open("new", O_RDONLY));
    too_long_path[4095] = 'x';
    SHOW(symlink("nowhere/at/all", "dangling"));
    SHOW(open("dangling", O_CREAT | O_RDWR, 0600));
    SHOW(symlink("d/", "slash"));
    SHOW(unlink("slash/"));
    SHOW(rmdir("slash"));
    SHOW(rmdir("slash/"));
    SHOW(mkdir("slash/", 0700));
    SHOW(mkdir("slash/below", 0700));
    SHOW(rmdir("d/below"));
    SHOW(symlink("new-one/", "to-new"));
    SHOW(open("to-new", O_CREAT | O_RDWR, 0600));
    SHOW(symlink("circle", "circle"));
    SHOW(open("circle", O_CREAT | O_RDWR, 0600));
    SHOW(unlink("f") | unlink("s") | unlink("t") | unlink("new") |
         unlink("dangling") | unlink("slash") | rmdir("d") | unlink("to-new") |
         unlink("circle"));
}

static void renames(void)
{
    SHOW(mkdir("a", 0755) | mkdir("a/b", 0755) | mkdir("a/b/c", 0755));
    SHOW(make("f") | make("g") | mkdir("empty", 0755));
    SHOW(rename("f", "h"));
    SHOW(rename("f", "h"));
    SHOW(rename("h", "h"));
    SHOW(rename("h", "g"));
    show_stat("g");
    SHOW(link("g", "h"));
    SHOW(rename("g", "h")); /* the same file: nothing happens */
    show_stat("g");
    SHOW(unlink("h"));
    SHOW(rename("g", "empty"));
    SHOW(rename("empty", "g"));
    SHOW(rename("a", "a/b/c/d"));
    SHOW(rename("a", "a"));
    SHOW(rename("a", "a/b"));
    SHOW(rename("a/b", "a"));
    SHOW(rename("a/b/c", "a"));
    SHOW(rename("empty", "a"));
    SHOW(rename("a", "empty"));
    show_stat("a");
    show_stat("empty");
    SHOW(rename("empty/b/c", "c"));
    show_stat("empty/b");
    SHOW(rename("g", "c/g"));
    SHOW(rename("c/g", "g/"));
    SHOW(rename("c/g", "."));
    SHOW(rename(".", "c"));
    SHOW(rename("c/..", "e"));
    SHOW(rename("/", "e"));
    SHOW(rename("c", "/"));
    SHOW(rename("c/g/", "g"));
    SHOW(rename("c/", "d/"));
    SHOW(rename("proc", "other"));
    SHOW(rename("proc/version", "other"));
    SHOW(rename("d/g", "proc/new"));
    SHOW(rename("d/g", longest));
    SHOW(rename(longest, too_long));
    SHOW(rename(longest, "d/g"));
    SHOW(exchange("d/g", "none", renameat2_exchange));
    SHOW(exchange("d/g", "empty", renameat2_exchange));
    show_stat("d/g");
    show_stat("empty");
    SHOW(exchange("d", "d/g", renameat2_exchange));
    SHOW(exchange("d/g", "d", renameat2_exchange));
    SHOW(exchange("d", "d", renameat2_exchange));
    SHOW(exchange("d", "empty", renameat2_no_replace));
    SHOW(exchange("d", "..", renameat2_no_replace));
    SHOW(exchange("d", "e", renameat2_no_replace));
    SHOW(exchange("d", "e", renameat2_no_replace | renameat2_exchange));
    SHOW(exchange("d", "e", 0x80));
    SHOW(make("short") | make(longest));
    SHOW(exchange("short", longest, renameat2_exchange));
    SHOW(exchange("short", longest, renameat2_exchange));
    SHOW(unlink("short") | unlink(longest));
    list("e");
    list("e/g");
    SHOW(rmdir("e/g/b") | rmdir("e/g") | rmdir("e") | unlink("empty"));
}

/* What is listed first is what was made or renamed last. */
static void order(void)
{
    SHOW(mkdir("o", 0755) | make("o/1") | make("o/2") | make("o/3"));
    list("o");
    SHOW(rename("o/1", "o/4"));
    list("o");
    SHOW(rename("o/2", "o/3"));
    list("o");
    SHOW(exchange("o/3", "o/4", renameat2_exchange));
    list("o");
    SHOW(unlink("o/3") | unlink("o/4") | rmdir("o"));
}

int main(void)
{
    begin();
    links();
    renames();
    order();
    return 0;
}
