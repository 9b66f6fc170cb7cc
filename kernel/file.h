/* Files: the tree of names, what is open, and the descriptors that programs
 * have of it; the initrd, and devices that are no hardware.
 *
 * The room owns all inodes, all open files and the table of devices. It uses
 * kernel/thread/ to wait, kernel/base/ and mm/. Who may do what with a file is
 * handed over as credentials (permission.h). kernel/process/ defines
 * process_file_owner, file_may_be_probed, file_limit_end,
 * file_writer_keeps_set_id, file_broken_pipe and socket_caller. Read inode.h
 * first, then name.h, file.h and file_table.h.
 */
#pragma once

#include "kernel/file/attributes.h"
#include "kernel/file/credentials.h"
#include "kernel/file/device.h"
#include "kernel/file/directory.h"
#include "kernel/file/epoll.h"
#include "kernel/file/eventfd.h"
#include "kernel/file/file.h"
#include "kernel/file/file_context.h"
#include "kernel/file/file_lock.h"
#include "kernel/file/file_mapping.h"
#include "kernel/file/file_system.h"
#include "kernel/file/file_table.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/initrd.h"
#include "kernel/file/inode.h"
#include "kernel/file/memory_file.h"
#include "kernel/file/path.h"
#include "kernel/file/permission.h"
#include "kernel/file/pieces.h"
#include "kernel/file/pipe.h"
#include "kernel/file/poll.h"
#include "kernel/file/regular.h"
#include "kernel/file/seq_text.h"
#include "kernel/file/socket.h"
#include "kernel/file/timerfd.h"
#include "kernel/file/tree.h"
