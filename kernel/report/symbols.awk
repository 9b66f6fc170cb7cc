# Makes the table of the kernel's functions (kernel/report/symbol_table.h) in
# nasm, from what `nm -n` says of the linked kernel. Of several names at one
# address the first stays.

$2 ~ /^[tT]$/ && $1 ~ /^ffffffff/ && $3 ~ /^[A-Za-z_]/ && $1 != last {
    last = $1
    names[count] = $3
    addresses[count++] = substr($1, 9)
}

END {
    print "section .rodata.symbols progbits alloc noexec nowrite align=8"
    print "global symbol_count, symbol_table, symbol_names"
    print "symbol_count: dd " count + 0
    print "align 8, db 0"
    print "symbol_table:"
    for (i = 0; i < count; i++) {
        print "    dd 0x" addresses[i] ", " offset + 0
        offset += length(names[i]) + 1
    }
    print "symbol_names:"
    for (i = 0; i < count; i++) {
        print "    db \"" names[i] "\", 0"
    }
    print "    db 0"
    print "section .note.GNU-stack noalloc noexec nowrite progbits"
}
