/* Names that are made and removed: what can be, and what is told where it
 * can't. */
#include "tree.h"

static const char *volatile nowhere = (const char *)1; /* not mapped */

static void directories(void)
{
    SHOW(mkdir("d", 0777));
    show_stat("d");
    SHOW(mkdir("d", 0777));
    SHOW(mkdir("d/", 0777));
    SHOW(mkdir("d/e/", 0700));
    SHOW(mkdir("d/none/f", 0700));
    SHOW(mkdir("d/.", 0700));
    SHOW(mkdir("d/..", 0700));
    SHOW(mkdir("/", 0700));
    SHOW(mkdir("", 0700));
    SHOW(mkdir(nowhere, 0700));
    SHOW(mkdir("proc/new", 0700));
    SHOW(mkdir("d/sticky", 01777));
    show_stat("d/sticky");
    SHOW(mkdir("d/setgid", 07777));
    show_stat("d/setgid");
    SHOW(chmod("d/setgid", 02755));
    SHOW(chown("d/setgid", 0, 77));
    SHOW(mkdir("d/setgid/below", 0755));
    show_stat("d/setgid/below");
    SHOW(make("d/setgid/file"));
    show_stat("d/setgid/file");
    show_stat("d");
    list("d");
    SHOW(rmdir("d"));
    SHOW(rmdir("d/e/."));
    SHOW(rmdir("d/e/.."));
    SHOW(rmdir("/"));
    SHOW(rmdir("proc"));
    SHOW(rmdir("d/none"));
    SHOW(rmdir("d/setgid/file"));
    SHOW(unlink("d/setgid/file"));
    SHOW(rmdir("d/setgid/below/"));
    SHOW(rmdir("d/setgid"));
    SHOW(rmdir("d/sticky"));
    SHOW(rmdir("d/e"));
    show_stat("d");
    SHOW(rmdir("d"));
    show_stat("d");
}

static void new_files(void)
{
    SHOW(open("f", O_RDWR));
    SHOW(make("f"));
    SHOW(make("f"));
    show_stat("f");
    SHOW(close(open("f", O_CREAT | O_RDONLY, 0600)));
    show_stat("f");
    SHOW(open("f/", O_CREAT | O_RDWR, 0600));
    SHOW(open("g/", O_CREAT | O_RDWR, 0600));
    SHOW(open(".", O_CREAT | O_RDWR, 0600));
    SHOW(open("proc/new", O_CREAT | O_RDWR, 0600));
    SHOW(open("proc/self/new", O_CREAT | O_RDWR, 0600));
    SHOW(close(open("proc/version", O_CREAT | O_RDONLY, 0600)));
    SHOW(close(open("read", O_CREAT | O_WRONLY, 0444)));
    show_stat("read");
    SHOW(umask(0));
    SHOW(close(creat("all", 07777)));
    show_stat("all");
    SHOW(umask(07777));
    SHOW(close(creat("nothing", 07777)));
    show_stat("nothing");
    SHOW(umask(022));
    SHOW(close(open(longest, O_CREAT | O_RDWR, 0600)));
    SHOW(open(too_long, O_CREAT | O_RDWR, 0600));
    SHOW(open(too_long_path, O_CREAT | O_RDWR, 0600));
    SHOW(mkdir(too_long, 0700));
    SHOW(unlink(too_long));
    SHOW(unlink(longest));
    SHOW(open("both", O_CREAT | O_DIRECTORY | O_RDWR, 0600));
    SHOW(unlink("both"));
    SHOW(unlink("f/"));
    SHOW(unlink("f"));
    SHOW(unlink("f"));
    SHOW(unlink("/"));
    SHOW(unlink("."));
    SHOW(unlink(".."));
    SHOW(unlink("proc"));
    SHOW(unlink("proc/version"));
    SHOW(unlink("proc/self/status"));
    SHOW(unlink("read") | unlink("all") | unlink("nothing"));
}

static void nodes(void)
{
    char text[16];

    SHOW(mknod("plain", 0644, 0));
    SHOW(mknod("plain", S_IFREG | 0644, 0));
    SHOW(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(mknod("strange", S_IFCHR | 0666, makedev(0xabc, 0x54321)));
    SHOW(mknod("block", S_IFBLK | 0600, makedev(8, 1)));
    SHOW(mknod("socket", S_IFSOCK | 0600, 0));
    SHOW(mknod("directory", S_IFDIR | 0600, 0));
    SHOW(mknod("link", S_IFLNK | 0600, 0));
    SHOW(mknod("odd", 0x3000 | 0600, 0));
    SHOW(mknod("new/", S_IFREG | 0600, 0));
    show_stat("plain");
    show_stat("null");
    show_stat("strange");
    show_stat("block");
    show_stat("socket");
    int fd = open("null", O_RDWR);
    SHOW(write(fd, "word", 4));
    SHOW(read(fd, text, sizeof(text)));
    SHOW(close(fd));
    SHOW(open("strange", O_RDWR));
    SHOW(open("socket", O_RDWR));
    SHOW(unlink("plain") | unlink("null") | unlink("strange") |
         unlink("block") | unlink("socket"));
}

static void removed_directory(void)
{
    char path[64];

    SHOW(mkdir("gone", 0755));
    int fd = open("gone", O_RDONLY | O_DIRECTORY);
    SHOW(fchdir(fd));
    SHOW(rmdir("../gone"));
    SHOW(make("x"));
    SHOW(mkdir("x", 0700));
    SHOW(symlink("x", "y"));
    SHOW(open("x", O_RDONLY));
    SHOW(rename("/init", "x"));
    SHOW(rename("x", "/x"));
    SHOW(getcwd(path, sizeof(path)) != NULL);
    SHOW(openat(fd, ".", O_TMPFILE | O_RDWR, 0600) >= 0);
    SHOW(chdir("..") | close(fd));
    SHOW(getcwd(path, sizeof(path)) != NULL);
    printf("%s\n", path);
}

static void unnamed(void)
{
    char path[64];
    struct stat s;

    SHOW(mkdir("tmp2", 0777));
    int fd = open("tmp2", O_TMPFILE | O_RDWR, 0640);
    SHOW(fd >= 0);
    SHOW(fstat(fd, &s));
    printf("mode %o links %d\n", s.st_mode, (int)s.st_nlink);
    SHOW(write(fd, "kept", 4));
    list("tmp2");
    sprintf(path, "/proc/self/fd/%d", fd);
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "tmp2/named", AT_SYMLINK_FOLLOW));
    show_stat("tmp2/named");
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "tmp2/second", AT_SYMLINK_FOLLOW));
    SHOW(close(fd));
    SHOW(unlink("tmp2/named") | unlink("tmp2/second"));
    fd = open("tmp2", O_TMPFILE | O_EXCL | O_RDWR, 0640);
    sprintf(path, "/proc/self/fd/%d", fd);
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "tmp2/named", AT_SYMLINK_FOLLOW));
    SHOW(close(fd));
    SHOW(open("tmp2", O_TMPFILE | O_RDONLY, 0640));
    SHOW(open("init", O_TMPFILE | O_RDWR, 0640));
    SHOW(open("proc", O_TMPFILE | O_RDWR, 0640));
    SHOW(rmdir("tmp2"));
}

int main(void)
{
    begin();
    directories();
    new_files();
    nodes();
    removed_directory();
    unnamed();
    return 0;
}
