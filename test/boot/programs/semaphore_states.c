/* System V semaphores: sizes, what is refused, and what sets are. */
#define _GNU_SOURCE
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "semaphore_set.h"

#define KEY           0x4273
#define MANY          32000

#define SHOW_ID(call) show(#call, (call) == -1 ? -1L : 0L)

static void sizes(void)
{
    SHOW(semget(KEY, 1, 0600));
    SHOW(semget(IPC_PRIVATE, 0, 0600));
    SHOW(semget(IPC_PRIVATE, -1, 0600));
    SHOW(semget(IPC_PRIVATE, MANY + 1, 0600));
    SHOW(semget(IPC_PRIVATE, INT_MAX, 0600));
    int large = semget(IPC_PRIVATE, MANY, 0600);
    SHOW(control(large, MANY - 1, SETVAL, 77));
    SHOW(control(large, MANY - 1, GETVAL, 0));
    SHOW(control(large, MANY, GETVAL, 0));
    static unsigned short values[MANY];
    values[MANY - 1] = 5;
    values[MANY / 2] = 32768;
    SHOW(point(large, 0, SETALL, values));
    values[MANY / 2] = 32767;
    SHOW(point(large, 0, SETALL, values));
    memset(values, 0, sizeof(values));
    SHOW(point(large, 0, GETALL, values));
    printf("%u %u\n", values[MANY / 2], values[MANY - 1]);
    struct sembuf last = {MANY - 1, -5, SEM_UNDO};
    SHOW(semop(large, &last, 1));
    SHOW(control(large, 0, IPC_RMID, 0));
    SHOW(control(large, 0, IPC_RMID, 0));
    SHOW_ID(semget(KEY, 3, IPC_CREAT | 0600));
    SHOW(semget(KEY, 4, 0600));
    SHOW(semget(KEY, 1, IPC_CREAT | IPC_EXCL | 0600));
    SHOW_ID(semget(KEY, 0, 0));
    SHOW(control(semget(KEY, 0, 0), 0, IPC_RMID, 0));
}

static void refusals(void)
{
    static struct sembuf many[501];
    struct sembuf one = {0, 1, 0};
    struct timespec wrong = {0, 1000000000}, none = {0, 0};

    SHOW(semop(set, many, 0));
    SHOW(semop(set, many, 501));
    SHOW(semop(set, many, 500));
    SHOW(semop(set, NULL, 1));
    SHOW(semop(set, (struct sembuf *)-1, 1));
    SHOW(semop(set, (struct sembuf *)-4096, 500));
    SHOW(semop(-1, &one, 1));
    SHOW(semop(INT_MIN, &one, 1));
    SHOW(semop(INT_MAX, &one, 1));
    SHOW(semop(set + 32768, &one, 1));
    SHOW(syscall(SYS_semget, IPC_PRIVATE, MANY + 1, 0));
    one.sem_num = 65535;
    SHOW(semop(set, &one, 1));
    one.sem_num = COUNT;
    SHOW(semop(set, &one, 1));
    one.sem_num = 0;
    SHOW(semtimedop(set, &one, 1, &wrong));
    SHOW(semtimedop(set, &one, 501, &wrong));
    SHOW(semtimedop(-1, &one, 1, &wrong));
    one.sem_op = -32768;
    SHOW(semtimedop(set, &one, 1, &none));
    one.sem_op = 32767;
    SHOW(semop(set, &one, 1));
    SHOW(semop(set, &one, 1));
    SHOW(control(set, 0, SETVAL, 0));
    SHOW(control(set, 0, SETVAL, -1));
    SHOW(control(set, 0, SETVAL, 32768));
    SHOW(control(set, -1, SETVAL, 0));
    SHOW(control(set, COUNT, GETVAL, 0));
    SHOW(control(set, -1, GETPID, 0));
    SHOW(control(-1, 0, GETVAL, 0));
    SHOW(control(set, 0, 77, 0));
    SHOW(control(set, 0, -1, 0));
    SHOW(point(set, 0, SETALL, (void *)16));
    SHOW(point(set, 0, GETALL, (void *)16));
}

#ifdef SYS_semtimedop
static void wide(void)
{
    struct sembuf one = {0, 0, 0};

    SHOW(syscall(SYS_semop, set, &one, 1ul << 32));
    SHOW(syscall(SYS_semop, set, &one, (1ul << 32) + 1));
    SHOW(syscall(SYS_semtimedop, set, &one, 1, (void *)16));
    SHOW(syscall(SYS_semctl, set, 0, SETVAL, 1ul << 32));
}
#else
static void wide(void)
{
    struct sembuf one = {0, 0, 0};
    int value = 3;

    SHOW(syscall(SYS_semtimedop_time64, set, &one, 0, NULL));
    SHOW(syscall(SYS_semtimedop_time64, set, &one, 1, (void *)16));
    SHOW(syscall(SYS_semtimedop_time64, set, &one, 1, NULL));
    SHOW(syscall(SYS_semctl, set, 0, SETVAL, value));
    SHOW(syscall(SYS_ipc, 3, set, 0, GETVAL | 0x100, &value));
    SHOW(syscall(SYS_ipc, 3, set, 0, GETVAL, NULL));
    SHOW(syscall(SYS_ipc, 3, set, 0, GETVAL, 16));
    SHOW(syscall(SYS_ipc, 1, set, 501, 0, &one));
    SHOW(syscall(SYS_ipc, 0, set, 501, 0, &one));
    SHOW(syscall(SYS_ipc, 25, set, 501, 0, &one));
}
#endif

static void as_another(void)
{
    struct semid_ds state;

    if (setgid(1000) != 0 || setuid(1000) != 0) {
        return;
    }
    SHOW(operate(0, 1, 0));
    SHOW(operate(0, 0, IPC_NOWAIT));
    SHOW(control(set, 0, GETVAL, 0));
    SHOW(control(set, 0, SETVAL, 0));
    SHOW(control(set, 0, IPC_RMID, 0));
    SHOW(point(set, 0, IPC_STAT, &state));
    SHOW(point(set, 0, IPC_SET, &state));
    SHOW(semget(KEY, 0, 0));
    SHOW(semget(KEY, 0, 0400));
}

static void states(void)
{
    struct semid_ds state;
    struct seminfo info;

    set_values(0, 0, 0, 0, 0);
    SHOW(point(set, 0, IPC_STAT, &state));
    printf("%lu, mode %o, uid %u, done %d, made %d\n",
           (unsigned long)state.sem_nsems, (unsigned)state.sem_perm.mode,
           (unsigned)state.sem_perm.uid, state.sem_otime != 0,
           state.sem_ctime != 0);
    state.sem_perm.mode = 07640;
    SHOW(point(set, 0, IPC_SET, &state));
    SHOW(point(set, 0, IPC_STAT, &state));
    printf("mode %o\n", (unsigned)state.sem_perm.mode);
    end("another", start(as_another));
    state.sem_perm.mode = 0644;
    SHOW(point(set, 0, IPC_SET, &state));
    end("another", start(as_another));
    state.sem_perm.uid = (uid_t)-1;
    SHOW(point(set, 0, IPC_SET, &state));
    SHOW(point(set, 0, IPC_INFO, &info) >= 0);
    printf("%d %d %d %d %d %d %d %d %d %d\n", info.semmap, info.semmni,
           info.semmns, info.semmnu, info.semmsl, info.semopm, info.semume,
           info.semusz, info.semvmx, info.semaem);
    SHOW(point(set, 0, SEM_INFO, &info) >= 0);
    printf("%d sets, %d semaphores\n", info.semusz, info.semaem);
    SHOW(point(set & 0x7fff, 0, SEM_STAT, &state) == set);
    SHOW(point(set & 0x7fff, 0, SEM_STAT_ANY, &state) == set);
    SHOW(point(31999, 0, SEM_STAT, &state));
}

static void show_file(void)
{
    FILE *file = fopen("/proc/sysvipc/sem", "r");
    char line[256];

    while (fgets(line, sizeof(line), file) != NULL) {
        int key, id, mode, count;
        if (sscanf(line, "%d %d %o %d", &key, &id, &mode, &count) == 4) {
            printf("  key %d mine %d mode %o count %d, %zu long\n", key,
                   id == set, (unsigned)mode, count, strlen(line));
        } else {
            printf("%s", line);
        }
    }
    fclose(file);
}

int main(void)
{
    set = semget(IPC_PRIVATE, COUNT, 0600);
    sizes();
    refusals();
    wide();
    states();
    show_file();
    SHOW(control(set, 0, IPC_RMID, 0));
    return 0;
}
