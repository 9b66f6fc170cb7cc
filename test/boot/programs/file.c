/* Reads the file that its argument names, by stdio and from its middle. */
#include <stdio.h>

#define MIDDLE 10

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        printf("cannot open\n");
        return 1;
    }
    char line[100];
    while (fgets(line, sizeof(line), file) != NULL) {
        printf("> %s", line);
    }
    fseek(file, MIDDLE, SEEK_SET);
    if (fgets(line, sizeof(line), file) != NULL) {
        printf("from byte %d: %s", MIDDLE, line);
    }
    fseek(file, 0, SEEK_END);
    printf("%ld bytes\n", ftell(file));
    return fclose(file);
}
