# Makes linux.inc, the constants for nasm, from the headers in kernel/abi/.
#
#     #define EBADF 9    ->  %define EBADF 9

BEGIN {
    print "; Made from kernel/abi/ by user/abi.awk: change those headers."
}

/^#define [A-Z][A-Za-z0-9_]* +(0x)?[0-9a-fA-F]+( |$)/ {
    print "%define", $2, $3
}
