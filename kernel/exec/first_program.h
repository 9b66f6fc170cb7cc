/* The first program: what the machine was started for. */
#pragma once

/* Makes process 1 run the program of the option `init=`, with the arguments
 * after ` -- ` or of the file `args=`. Panics with the reason when it can't. */
void first_program_start(void);
