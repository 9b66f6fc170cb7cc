/* A machine for the gdb stub that exists in memory alone: two pages of RAM,
 * registers, a CPU and two processes, breakpoints that are only counted, and a
 * line that is two buffers. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/gdb/registers.h"
#include "kernel/gdb/session.h"
#include "kernel/gdb/wire.h"
#include "kernel/lib/bits.h"

#define HOST_RAM       0x1000u
#define HOST_RAM_SIZE  0x2000u
#define HOST_HIGH_RAM  0xfffffffffffff000u /* one page, to the very end */
#define HOST_LINE_MAX  (64u << 10)
#define HOST_PROCESS   1001
#define HOST_PROCESS_2 1002

extern uint8_t host_ram[HOST_RAM_SIZE];
extern uint8_t host_high_ram[PAGE_SIZE];
extern uint64_t host_registers[GDB_REGISTER_COUNT];
extern int host_breaks;                   /* inserted and not removed */
extern bool host_is_reliable;             /* the line */
extern const char *host_name;             /* of HOST_PROCESS_2 */
extern char host_command[GDB_PACKET_MAX]; /* the last monitor command */

/* What gdb has sent, and what it has been sent. */
void host_feed(const void *bytes, size_t size);
extern char host_output[HOST_LINE_MAX];
extern size_t host_output_size;

/* A new machine, stopped, that nobody is attached to. */
void host_reset(void);

/* The same, before a test of cmocka. */
int host_setup(void **state);

/* Feeds BODY as a packet and an acknowledgement for the answer. */
void host_feed_packet(const void *body, size_t size);

/* Serves until the line is empty or the machine goes on. Returns whether it
 * does, as HOW says. */
bool host_serve(struct gdb_resume *how);

/* Sends BODY, and checks that the answer is ANSWER and that it is well-framed.
 */
void host_expect(const char *body, const char *answer);
/* The answer to BODY, ended by 0. */
const char *host_ask(const char *body);
