# Makes of kernel/syscall/calls.tbl what -v make=... says:
#
#     syscalls_64, syscalls_32    SYS64_NAME or SYS32_NAME, for programs
#     calls                       the prototypes of the functions
#     door_64, door_32            struct syscall_table of each door

BEGIN {
    door = make ~ /_32$/ ? 32 : 64
    column = door == 64 ? 1 : 2
    split(door == 64 ? "rdi rsi rdx r10 r8 r9" : "rbx rcx rdx rsi rdi rbp",
          registers)
    type["frame"] = "struct trap_frame *"
    type["pair"] = type["lengthpair"] = "uint64_t"
    last = -1
    print "/* Made from kernel/syscall/calls.tbl by kernel/syscall/calls.awk. */"
    print "#pragma once\n"
}

/^#|^$/ {
    next
}

$1 == "kind" {
    name = $2
    keep[name] = $NF ~ /^@/ ? substr($NF, 2) : ""
    convert[name] = $3 == "enum" || $4 ~ /^@/ ? "" : $4
    type[name] = $3 == "enum" ? $3 " " $4 : $3
    next
}

$4 != "-" && !($4 in prototypes) {
    prototypes[$4] = "int64_t " $4 "(" types() ");"
    if (make == "calls") {
        print prototypes[$4]
    }
}

$column != "-" {
    number = $column
    last = number > last ? number : last
    names[number] = $3
    kept[number] = keeps()
    calls[number] = $4 == "-" ? "" : $4 "(" arguments() ")"
    if (make ~ /^syscalls/) {
        print "#define SYS" door "_" $3, number
    }
}

END {
    if (make ~ /^door/) {
        print_door()
    }
}

# The kind in WORD, which may be in brackets or have a value.
function kind_of(word)
{
    gsub(/[()]|=.*/, "", word)
    if (!(word in type)) {
        print FILENAME ":" FNR ": there is no kind " word >"/dev/stderr"
        exit 1
    }
    return word
}

# The types of the function's parameters.
function types(    i, list)
{
    for (i = 5; i <= NF && $i != "->"; i++) {
        if ($i !~ /^\(/) {
            list = list (list == "" ? "" : ", ") type[kind_of($i)]
        }
    }
    return list == "" ? "void" : list
}

# Its arguments, out of `frame`.
function arguments(    i, list, register)
{
    for (i = 5; i <= NF && $i != "->"; i++) {
        if ($i !~ /^\(/) {
            list = list (list == "" ? "" : ", ") argument($i, register + 1)
        }
        register += words($i)
    }
    return list
}

# What is kept of the words that its arguments point at: bits of those before
# the call, of those behind it, and how.
function keeps(    i, word, kind, bit, list, before, behind)
{
    bit = 1
    for (i = 5; i <= NF && $i != "->"; i++) {
        for (word = words($i); word > 0; word--) {
            kind = keep[kind_of($i)]
            list = list (list == "" ? "" : ", ") kept_as(kind)
            behind += kind ~ /out(:|$)/ ? bit : 0
            before += kind != "" && kind !~ /(^|[^n]_)out(:|$)/ ? bit : 0
            bit *= 2
        }
    }
    return before + behind == 0 ? "" : before + 0 ", " behind + 0 ", {" list "}"
}

function kept_as(text,    part, size)
{
    if (text == "") {
        return "{KEEP_NOTHING, 0}"
    }
    split(text, part, /:/)
    split(part[2], size, /,/)
    return "{KEEP_" toupper(part[1]) ", " \
        (door == 32 && 2 in size ? size[2] : size[1] + 0) "}"
}

# How many registers WORD takes.
function words(word)
{
    return word ~ /=/ || word == "frame" ? 0 : word ~ /pair$/ ? 2 : 1
}

function argument(word, register,    kind, wide)
{
    kind = kind_of(word)
    if (word ~ /=/) {
        return substr(word, index(word, "=") + 1)
    }
    if (kind == "frame") {
        return "frame"
    }
    if (kind ~ /pair$/) {
        return value(register, "uint32_t") \
            " | (uint64_t)" value(register + 1, "uint32_t") " << 32"
    }
    if (convert[kind] != "") {
        return convert[kind] "(" value(register, "uint32_t") ")"
    }
    if (type[kind] == "int64_t" && door == 32) {
        return value(register, "int32_t")
    }
    wide = type[kind] ~ /^(uint64_t|int64_t|uaddr_t)$/
    return value(register, wide && door == 32 ? "uint32_t" : type[kind])
}

function value(register, as)
{
    return "(" as ")frame->" registers[register]
}

# The functions that take a call's arguments out of its frame, and the table.
function print_door(    i)
{
    print "static int64_t call_missing(struct trap_frame *frame)\n{"
    print "    return syscall_unknown(SYSCALL_DOOR_" door ", frame->error);\n}"
    for (i = 0; i <= last; i++) {
        if (calls[i] != "") {
            print "\nstatic int64_t call_" names[i] "(struct trap_frame *frame)\n{"
            if (calls[i] !~ /frame/) {
                print "    (void)frame;"
            }
            print "    return " calls[i] ";\n}"
        }
    }
    print "\nstatic const char *const names[] = {"
    for (i = 0; i <= last; i++) {
        if (i in names) {
            print "    [" i "] = \"" names[i] "\","
        }
    }
    print "};\n\nstatic const struct syscall_keeps keeps[] = {"
    for (i = 0; i <= last; i++) {
        print "    [" i "] = {" (kept[i] != "" ? kept[i] : 0) "},"
    }
    print "};\n\nstatic syscall_function *const functions[] = {"
    for (i = 0; i <= last; i++) {
        print "    [" i "] = call_" (calls[i] != "" ? names[i] : "missing") ","
    }
    print "};\n\nstatic const struct syscall_table table = {"
    print "    ARRAY_COUNT(functions), functions, call_missing, keeps, names};"
}
