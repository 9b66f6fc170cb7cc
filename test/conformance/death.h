/* Faults that end the program. */
#pragma once

/* Dies in the way NAME:
 *
 *     default     SIGSEGV with its default action
 *     bus         SIGBUS with its default action
 *     ignored     SIGSEGV is ignored
 *     blocked     SIGSEGV is blocked, and has a handler
 *     deferred    a fault in the handler, without SA_NODEFER
 *     reset       a second fault after SA_RESETHAND
 *     no-stack    the handler's stack is not there
 *     overflow    the stack runs over
 *
 * Returns if there is no such way, or if it did not kill. */
void death_by(const char *name);
