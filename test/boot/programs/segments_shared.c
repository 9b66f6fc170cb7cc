/* System V shared memory: who sees it, who is counted, what is refused. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY     0x4272
#define PAGE    4096
#define PAGES   4
#define SEGMENT (PAGES * PAGE - 100)
#define NOWHERE ((void *)-1)

/* The library's shmctl may look at it itself. */
static void *volatile bad = (void *)16;

static void show(const char *call, long result)
{
    printf("%-60s %ld, errno %d\n", call, result, result == -1 ? errno : 0);
}

#define SHOW(call)       show(#call, (long)(call))
#define SHOW_FAILS(call) show(#call, (call) == NOWHERE ? -1L : 0L)
#define SHOW_ID(call)    show(#call, (call) == -1 ? -1L : 0L)

static void show_state(const char *when, int id)
{
    struct shmid_ds state;

    if (shmctl(id, IPC_STAT, &state) != 0) {
        printf("%s: errno %d\n", when, errno);
        return;
    }
    printf("%s: %lu bytes, mode %o, attached %lu, last by %s\n", when,
           (unsigned long)state.shm_segsz, (unsigned)state.shm_perm.mode,
           (unsigned long)state.shm_nattch,
           state.shm_lpid == 0          ? "nobody"
           : state.shm_lpid == getpid() ? "me"
                                        : "another");
}

/* The lines of /proc/self/maps that show segments, without their addresses. */
static void show_maps(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];

    while (fgets(line, sizeof(line), maps) != NULL) {
        char *name = strstr(line, "/SYSV");
        char rights[8] = "", offset[20] = "";
        unsigned long long start, end;
        if (name != NULL && sscanf(line, "%llx-%llx %7s %19s", &start, &end,
                                   rights, offset) == 4) {
            printf("  %#llx %s %s %s", end - start, rights, offset, name);
        }
    }
    fclose(maps);
}

static void show_file(void)
{
    FILE *file = fopen("/proc/sysvipc/shm", "r");
    char line[512];

    while (fgets(line, sizeof(line), file) != NULL) {
        long key, id, size, attached;
        int cpid, lpid;
        char mode[8];
        if (sscanf(line, "%ld %ld %7s %ld %d %d %ld", &key, &id, mode, &size,
                   &cpid, &lpid, &attached) == 7) {
            printf("  key %ld mode %s size %ld mine %d attached %ld\n", key,
                   mode, size, cpid == getpid(), attached);
        } else {
            printf("%s", line);
        }
    }
    fclose(file);
}

static void in_child(void (*run)(char *), char *at)
{
    int status;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run(at);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    printf("child: %#x\n", status);
}

static void write_there(char *at)
{
    strcpy(at + PAGE, "from a child");
}

static int of_root;

static void as_another(char *at)
{
    (void)at;
    if (setgid(1000) != 0 || setuid(1000) != 0) {
        return;
    }
    SHOW_FAILS(shmat(of_root, NULL, 0));
    SHOW_ID(shmget(KEY, 0, 0));
    SHOW_ID(shmget(KEY, 0, 0600));
    SHOW(shmctl(of_root, IPC_RMID, NULL));
    SHOW(shmctl(of_root, SHM_LOCK, NULL));
    struct shmid_ds state;
    SHOW(shmctl(of_root, IPC_STAT, &state));
}

static void refusals(void)
{
    int half = shmget(IPC_PRIVATE, SIZE_MAX / 2 + 1, SHM_NORESERVE | 0600);

    SHOW_ID(half);
    SHOW_ID(shmctl(half, IPC_RMID, NULL));
    SHOW(shmget(KEY, PAGE, 0600));
    SHOW(shmget(IPC_PRIVATE, 0, 0600));
    SHOW(shmget(IPC_PRIVATE, SIZE_MAX, 0600));
    SHOW(shmctl(-1, IPC_RMID, NULL));
    SHOW(shmctl(0x7fffffff, IPC_RMID, NULL));
    SHOW(shmctl(0, 77, NULL));
    SHOW(shmctl(0, -1, NULL));
    SHOW_FAILS(shmat(-1, NULL, 0));
    SHOW_FAILS(shmat(12345, NULL, 0));
    SHOW(shmdt(NULL));
    SHOW(shmdt((void *)17));
}

static void attachments(int id)
{
    char *at = shmat(id, NULL, 0);
    char *again = shmat(id, NULL, SHM_RDONLY);

    show_state("attached twice", id);
    show_maps();
    strcpy(at, "seen");
    printf("%s\n", again);
    SHOW(mprotect(again, PAGE, PROT_READ | PROT_WRITE));
    in_child(write_there, at);
    printf("%s\n", again + PAGE);
    show_state("after a child", id);
    SHOW(mprotect(at + PAGE, PAGE, PROT_READ));
    show_state("split", id);
    SHOW(mprotect(at + PAGE, PAGE, PROT_READ | PROT_WRITE));
    show_state("alike again", id);
    SHOW(munmap(at + PAGE, PAGE));
    show_state("with a hole", id);
    SHOW_FAILS(shmat(id, at, 0));
    SHOW_FAILS(shmat(id, at + 1, 0));
    SHOW_FAILS(shmat(id, NULL, SHM_REMAP));
    SHOW_FAILS(shmat(id, at + 1, SHM_RND | SHM_REMAP));
    show_state("over itself", id);
    void *moved = mremap(at, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE);
    printf("moved: %d\n", moved == at);
    SHOW(shmdt(at + PAGE));
    SHOW(shmdt(at));
    SHOW(shmdt(at));
    SHOW(syscall(SYS_shmctl, id, IPC_STAT, bad));
    SHOW(syscall(SYS_shmctl, id, IPC_SET, bad));
    show_state("one left", id);
    SHOW(shmctl(id, SHM_LOCK, NULL));
    show_state("locked", id);
    SHOW(shmctl(id, SHM_UNLOCK, NULL));
    show_file();
    SHOW(shmctl(id, IPC_RMID, NULL));
    show_state("removed", id);
    SHOW(shmget(KEY, 0, 0));
    printf("%s\n", again);
    SHOW(shmdt(again));
    show_state("gone", id);
}

/* What ipcs asks. Others may have had segments, so no index is shown. */
static void show_all(int id)
{
    struct shminfo limits;
    struct shm_info totals;
    struct shmid_ds state;
    int is_there = 0;

    int last = shmctl(0, IPC_INFO, (struct shmid_ds *)&limits);
    printf("limits: %d, at least %lu, all have %d\n", last >= 0,
           (unsigned long)limits.shmmin, limits.shmseg == limits.shmmni);
    printf("the same: %d\n",
           shmctl(0, SHM_INFO, (struct shmid_ds *)&totals) == last);
    printf("segments %d, pages %lu, in memory %lu\n", totals.used_ids,
           (unsigned long)totals.shm_tot, (unsigned long)totals.shm_rss);
    for (int i = 0; i <= last; i++) {
        is_there |= shmctl(i, SHM_STAT, &state) == id;
    }
    printf("found: %d\n", is_there);
    SHOW(shmctl(last + 1, SHM_STAT, &state));
    SHOW(syscall(SYS_shmctl, 0, IPC_INFO, bad));
    SHOW(syscall(SYS_shmctl, 0, SHM_INFO, bad));
}

static int of_group;

/* By one group of several, and by execution that nobody may. */
static void in_the_group(char *at)
{
    const gid_t groups[] = {7, 1000};

    (void)at;
    if (setgroups(2, groups) != 0 || setgid(8) != 0 || setuid(1000) != 0) {
        return;
    }
    SHOW_FAILS(shmat(of_group, NULL, SHM_RDONLY));
    SHOW_FAILS(shmat(of_group, NULL, 0));
    SHOW_FAILS(shmat(of_group, NULL, SHM_RDONLY | SHM_EXEC));
}

static void groups(void)
{
    struct shmid_ds state;

    of_group = shmget(IPC_PRIVATE, 3 * PAGE, 0640);
    char *at = shmat(of_group, NULL, SHM_EXEC);
    at[PAGE] = 1;
    show_maps();
    show_all(of_group);
    shmctl(of_group, IPC_STAT, &state);
    state.shm_perm.gid = 7;
    SHOW(shmctl(of_group, IPC_SET, &state));
    in_child(in_the_group, NULL);
    SHOW(shmctl(of_group, IPC_RMID, NULL));
    SHOW(shmdt(at));
}

int main(void)
{
    refusals();
    int id = shmget(KEY, SEGMENT, IPC_CREAT | IPC_EXCL | 0600);
    show_state("new", id);
    SHOW(shmget(KEY, 0, IPC_CREAT | IPC_EXCL));
    SHOW(shmget(KEY, SEGMENT + 1, 0));
    printf("the same: %d\n", shmget(KEY, SEGMENT, 0) == id);
    of_root = id;
    in_child(as_another, NULL);
    attachments(id);
    groups();
    struct shmid_ds state;
    int other = shmget(IPC_PRIVATE, PAGE, 0640);
    printf("another id: %d\n", other != id);
    shmctl(other, IPC_STAT, &state);
    state.shm_perm.mode = 07755;
    SHOW(shmctl(other, IPC_SET, &state));
    show_state("set", other);
    SHOW(shmctl(other, IPC_RMID, NULL));
    SHOW(shmctl(other, IPC_RMID, NULL));
    return 0;
}
