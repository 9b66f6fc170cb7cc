# Makes constants of what kernel/constants.c is compiled to: for nasm, or for
# linker.ld (-v linker=1) the one that it needs.
#
#     -> USER_DS $43    ->  USER_DS equ 43

BEGIN {
    if (!linker) {
        print "; Made from kernel/constants.c by kernel/constants.awk."
    }
}

$1 == "->" {
    sub(/\$/, "", $3)
}

$1 == "->" && !linker {
    print $2, "equ", $3
}

$1 == "->" && linker && $2 == "KERNEL_BASE" {
    print $2 " = " $3 ";"
}
