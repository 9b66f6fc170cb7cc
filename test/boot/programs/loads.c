/* How the load average grows while a thread of its own wants the CPU, as
 * /proc/loadavg and sysinfo tell it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 11 /* two times at which the averages are made */

static double loads[3];

static void read_loads(void)
{
    FILE *file = fopen("/proc/loadavg", "r");

    if (file == NULL ||
        fscanf(file, "%lf %lf %lf", &loads[0], &loads[1], &loads[2]) != 3) {
        perror("/proc/loadavg");
        exit(1);
    }
    fclose(file);
}

int main(void)
{
    struct sysinfo info;
    time_t end = time(NULL) + SECONDS;

    while (time(NULL) < end) {
    }
    read_loads();
    if (sysinfo(&info) != 0) {
        perror("sysinfo");
    }
    for (int i = 0; i < 3; i++) {
        double told = (double)info.loads[i] / (1 << SI_LOAD_SHIFT);
        double distance = told - loads[i];
        printf("sysinfo agrees: %d\n", distance * distance < 0.02 * 0.02);
    }
    printf("it grows, and the sooner the shorter: %d\n",
           loads[0] > loads[1] && loads[1] > loads[2] && loads[2] > 0);
    return 0;
}
