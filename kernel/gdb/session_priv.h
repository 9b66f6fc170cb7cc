/* What the files of the session share. */
#pragma once

#include "kernel/gdb/session.h"
#include "kernel/gdb/wire.h"

struct gdb_session {
    struct gdb_stop stop;
    bool is_attached;
    bool is_awaited;     /* gdb waits for a stop reply */
    bool has_error_text; /* gdb understands E.text */
    bool has_swbreak;    /* ... and swbreak:; in stop replies */
    bool has_hwbreak;
    bool has_libraries; /* it knows library:; */
    int thread;         /* chosen by Hg: for registers and memory */
    int step_thread;    /* chosen by Hc */
    struct gdb_writer reply;
    struct gdb_resume *resume;
    bool is_resumed; /* `resume` is filled in */
};
extern struct gdb_session gdb_session;

/* The reply under way. */
void reply_text(const char *text);
void reply_error(enum gdb_error error);
/* TEXT for a gdb that shows it, else the number. */
void reply_error_text(enum gdb_error error, const char *text);
/* "OK", or the error. */
void reply_result(enum gdb_error error);

/* The thread that numbers of threads mean: 0 and -1 are the current one. */
int session_thread(int thread);
bool session_thread_exists(int thread);

void session_put_stop(void);

/* The debugger has left, or has nothing to stay for. */
void session_end(void);

/* Closes the files that the last session left open. */
void session_close_files(void);

/* Handlers: the rest of the packet after its name is in IN. */
typedef void gdb_handler(struct gdb_reader *in);

struct gdb_command {
    const char *name; /* what the packet begins with */
    gdb_handler *handle;
};

/* Runs the first of COUNT commands that IN begins with; false: none. */
bool session_dispatch(const struct gdb_command *commands, size_t count,
                      struct gdb_reader *in);

gdb_handler handle_registers_read, handle_registers_write;
gdb_handler handle_register_read, handle_register_write;
gdb_handler handle_memory_read, handle_memory_read_binary;
gdb_handler handle_memory_write, handle_memory_write_binary;
gdb_handler handle_crc, handle_search;
gdb_handler handle_break_insert, handle_break_remove;
gdb_handler handle_continue, handle_continue_signal;
gdb_handler handle_step, handle_step_signal;
gdb_handler handle_cont_query, handle_cont, handle_detach, handle_kill;
gdb_handler handle_reboot;
gdb_handler handle_supported, handle_thread_extra, handle_threads_first;
gdb_handler handle_threads_next, handle_monitor, handle_transfer;
gdb_handler handle_file_open, handle_file_pread, handle_file_close;
gdb_handler handle_file_fstat, handle_file_setfs;
