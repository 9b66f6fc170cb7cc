/* Pipes with a name (fifo(7)): the inode is there with its name, the pipe as
 * long as the fifo is open. Opening one end waits for the other. */
#pragma once

#include "kernel/file/credentials.h"
#include "kernel/file/file.h"

/* Is INODE one? The pipes that pipe made are not, by whatever path. */
bool fifo_is(const struct inode *inode);

/* Before a file of INODE is made for WHO: the pipe is there. Returns 0 or
 * -ENOMEM. */
int fifo_prepare(struct inode *inode, const struct credentials *who) MUST_CHECK;

/* The file was not made: a pipe that nobody has open goes. */
void fifo_cancel(struct inode *inode);

/* FILE, which is open now, waits for one that opens the other end, if it may.
 * Returns 0, or -ERESTARTSYS for a signal. */
int fifo_wait(struct file *file) MUST_CHECK;

extern const struct inode_operations fifo_operations;
