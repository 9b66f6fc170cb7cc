/* uname: what the system calls itself. */
#pragma once

#define UTSNAME_LENGTH 65 /* the zero byte included */

struct new_utsname {
    char sysname[UTSNAME_LENGTH];
    char nodename[UTSNAME_LENGTH];
    char release[UTSNAME_LENGTH];
    char version[UTSNAME_LENGTH];
    char machine[UTSNAME_LENGTH];
    char domainname[UTSNAME_LENGTH];
};
