/* prctl's options (include/uapi/linux/prctl.h), and membarrier's commands
 * (include/uapi/linux/membarrier.h). */
#pragma once

#define PR_SET_PDEATHSIG                                    1
#define PR_GET_PDEATHSIG                                    2
#define PR_GET_DUMPABLE                                     3
#define PR_SET_DUMPABLE                                     4
#define PR_GET_KEEPCAPS                                     7
#define PR_SET_KEEPCAPS                                     8
#define PR_GET_TIMING                                       13
#define PR_SET_TIMING                                       14
#define PR_SET_NAME                                         15
#define PR_GET_NAME                                         16
#define PR_GET_SECCOMP                                      21
#define PR_GET_TSC                                          25
#define PR_SET_TSC                                          26
#define PR_SET_TIMERSLACK                                   29
#define PR_GET_TIMERSLACK                                   30
#define PR_SET_CHILD_SUBREAPER                              36
#define PR_GET_CHILD_SUBREAPER                              37
#define PR_SET_NO_NEW_PRIVS                                 38
#define PR_GET_NO_NEW_PRIVS                                 39

#define PR_TSC_ENABLE                                       1

#define MEMBARRIER_CMD_QUERY                                0
#define MEMBARRIER_CMD_GLOBAL                               (1 << 0)
#define MEMBARRIER_CMD_GLOBAL_EXPEDITED                     (1 << 1)
#define MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED            (1 << 2)
#define MEMBARRIER_CMD_PRIVATE_EXPEDITED                    (1 << 3)
#define MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED           (1 << 4)
#define MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE          (1 << 5)
#define MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE (1 << 6)
