/* What in the tree an ordinary user may not change, and how a sticky directory
 * keeps what is in it. */
#include "tree.h"

#define USER 1000

/* What an ordinary user may not. */
static void as_user(void)
{
    SHOW(make("new"));
    SHOW(mkdir("new", 0700));
    SHOW(mkdir("u/own", 0755));
    SHOW(make("u/own/file"));
    show_stat("u/own/file");
    SHOW(mknod("u/own/null", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(mknod("u/own", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(mknod("new", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(unlink("u/roots"));
    SHOW(rename("u/roots", "u/mine"));
    SHOW(rename("u/own/file", "u/roots"));
    SHOW(link("u/roots", "u/own/link"));
    SHOW(unlink("u/own/link"));
    SHOW(link("u/for-all", "u/own/link"));
    SHOW(unlink("u/own/link"));
    SHOW(open("u/for-all-link", O_RDONLY) >= 0);
    SHOW(open("u/own-link", O_RDONLY) >= 0);
    SHOW(open("u/third-link", O_RDONLY) >= 0);
    SHOW(open("u/third-link/", O_RDONLY) >= 0);
    SHOW(unlink("u/own-link"));
    SHOW(unlink("u/third-link"));
    SHOW(unlink("init"));
    SHOW(rename("u/own/file", "file"));
    SHOW(rename("u/roots-directory", "u/own/d"));
    SHOW(rename("u/users-directory", "u/own/d"));
    SHOW(unlink("u/own/file") | rmdir("u/own/d") | rmdir("u/own"));
}

static void users(void)
{
    int status = 0;

    SHOW(mkdir("u", 0755) | chmod("u", 01777));
    SHOW(make("u/roots") | mkdir("u/roots-directory", 0777) |
         mkdir("u/users-directory", 0755));
    SHOW(chown("u/users-directory", USER, USER));
    SHOW(make("u/for-all") | chmod("u/for-all", 0666));
    SHOW(symlink("for-all", "u/for-all-link") |
         symlink("for-all", "u/own-link") | lchown("u/own-link", USER, USER) |
         symlink("for-all", "u/third-link") | lchown("u/third-link", 2, 2));
    SHOW(open("u/third-link", O_RDONLY) >= 0);
    fflush(stdout);
    if (fork() == 0) {
        SHOW(setgid(USER) | setuid(USER));
        as_user();
        fflush(stdout);
        _exit(0);
    }
    wait(&status);
    printf("status %d\n", status);
    SHOW(unlink("u/roots") | rmdir("u/roots-directory") | unlink("u/for-all") |
         unlink("u/for-all-link"));
    SHOW(unlink("u/third-link"));
    list("u");
    SHOW(rmdir("u"));
}

int main(void)
{
    begin();
    users();
    return 0;
}
