/* init: process 1. What its files share. */
#pragma once

#include <stdbool.h>

/* Is there a process beside this one that has not ended and is not stopped?
 * Where there is no /proc to tell, the answer is yes. */
bool processes_can_act(void);

/* Is WORD a setting, and no program? */
bool setting_is(const char *word);
/* Gives the caller what the setting WORD says. Returns an error, or what the
 * call answers. */
long setting_apply(const char *word);

/* The environment INHERITED with what the COUNT SETTINGS say, or NULL where
 * that is too much. It is made in the same place each time. */
char **setting_environment(char **settings, int count, char **inherited);
