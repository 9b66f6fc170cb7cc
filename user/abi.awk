# Makes linux.inc, the constants for nasm, from the headers in kernel/abi/.
#
#     #define EBADF 9      ->  %define EBADF 9
#     X(  1, write) \      ->  %define SYS64_write 1    in syscalls_64.h
#                              %define SYS32_write 1    in syscalls_32.h

BEGIN {
    print "; Made from kernel/abi/ by user/abi.awk: change those headers."
}

/^#define [A-Z][A-Z0-9_]* +(0x)?[0-9a-fA-F]+( |$)/ {
    print "%define", $2, $3
}

FILENAME ~ /syscalls_64/ && /^ +X\(/ {
    call("SYS64_")
}

FILENAME ~ /syscalls_32/ && /^ +X\(/ {
    call("SYS32_")
}

function call(prefix,    field)
{
    split($0, field, /[(), ]+/)
    print "%define", prefix field[4], field[3]
}
