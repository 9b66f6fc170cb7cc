/* Copies its input to its output, every byte of it. */
#include <unistd.h>

#define SIZE 4000

int main(void)
{
    static char buffer[SIZE];
    ssize_t got;
    while ((got = read(STDIN_FILENO, buffer, SIZE)) > 0) {
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(STDOUT_FILENO, buffer + done, got - done);
            if (put <= 0) {
                return 1;
            }
            done += put;
        }
    }
    return got == 0 ? 0 : 2;
}
