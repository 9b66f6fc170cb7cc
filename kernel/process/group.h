/* Process groups and sessions: who is signalled together, and who shares a
 * terminal. A group lives as long as it has members, zombies among them. */
#pragma once

#include "kernel/process/process.h"

/* The session of GROUP's members, or GROUP_NONE when it has none. */
#define GROUP_NONE (-1)
int group_session(int group);

/* PROCESS leaves its group, if it has one, and is GROUP's. */
void group_join(struct process *process, int group);

/* Sends SIGNAL, the kernel's, to all of GROUP. */
void group_send(int group, int signal);

/* Does no member but IGNORED (or NULL) have a parent in another group of its
 * session, a shell that could continue it? */
bool group_is_orphaned(int group, const struct process *ignored);

/* PROCESS has ended. Stopped groups that it leaves orphaned, its own and those
 * of its children, are told and go on. */
void group_process_ends(const struct process *process);

/* PROCESS, of no session, is of SESSION from now on; or it goes. */
void session_join(struct process *process, int session);
void session_leave(const struct process *process);

/* Makes PROCESS the leader of a session and a group of its own. Returns 0, or
 * -EPERM when there is a group with its number. */
int session_begin(struct process *process) MUST_CHECK;

/* All of SESSION lose their terminal. */
void session_lose_terminal(int session);

/* Of the terminal: kernel/terminal/job_control.c. The leader of a session that
 * has the terminal has ended. */
void terminal_leader_ends(const struct process *leader);

/* The group in front on PROCESS's terminal, or GROUP_NONE without a terminal.
 */
int terminal_foreground(const struct process *process);
