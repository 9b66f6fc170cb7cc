# Brix: `make help` lists what can be made. All output goes under build/.
#
# The rules for programs, the ISO, the commands and the tests are in
# user/user.mk, iso/iso.mk, tools/tools.mk, test/host/host.mk, test/boot/boot.mk.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

B := build

# Quiet: one line a step. `make V=1` shows the commands.
Q := $(if $(V),,@)
say = @printf '  %-8s %s\n' $(1) $(2)

CC := gcc
LD := ld
NASM := nasm
HOST_CC := gcc

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Wundef -Werror

# A quarter of a kernel stack, for a path, and what stands beside it.
FRAME_MAX := 4608

# Headers that are made of tables.
MADE := $(B)/made

KERNEL_CFLAGS := -std=gnu17 -O2 -g3 -I. -I$(MADE) $(WARNINGS) \
    -ffreestanding -fno-builtin-printf -fno-pic -no-pie -mcmodel=kernel \
    -mno-red-zone -mgeneral-regs-only -fno-stack-protector \
    -Wframe-larger-than=$(FRAME_MAX) \
    -fcf-protection=none -fno-omit-frame-pointer -fno-strict-aliasing \
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
NASMFLAGS := -f elf64 -g -F dwarf -w+all -Werror -I./ -I$(MADE)/

KERNEL_C := $(filter-out kernel/constants.c,$(sort $(wildcard boot/*.c \
    kernel/*.c kernel/*/*.c mm/*.c drivers/*.c drivers/*/*.c)))
KERNEL_ASM := $(sort $(wildcard boot/*.asm kernel/x86/*.asm))
KERNEL_OBJECTS := $(KERNEL_C:%.c=$(B)/%.o) $(KERNEL_ASM:%.asm=$(B)/%.asm.o)

.PHONY: all
all: $(B)/brix ## build the kernel (build/brix), the programs and the initrd
all: $(B)/compile_commands.json

LDFLAGS := -m elf_x86_64 -z max-page-size=4096 -z noexecstack \
    --build-id=sha1 --no-warn-rwx-segments --gc-sections --fatal-warnings -L $(MADE) -T linker.ld

# The kernel is linked twice: with no table of its functions, and with the table
# of the first. Text lies before the table, so its addresses stay; cmp proves it.
SYMBOLS := $(B)/symbols
make_symbols = nm -n $(1) | LC_ALL=C awk -f kernel/report/symbols.awk

$(B)/brix: $(KERNEL_OBJECTS) linker.ld $(MADE)/constants.ld \
    kernel/report/symbols.awk
	$(call say,LD,$@)
	$(Q)awk -f kernel/report/symbols.awk </dev/null >$(SYMBOLS).asm
	$(Q)$(NASM) -f elf64 -o $(SYMBOLS).o $(SYMBOLS).asm
	$(Q)$(LD) $(LDFLAGS) -o $(SYMBOLS).brix $(KERNEL_OBJECTS) $(SYMBOLS).o
	$(Q)$(call make_symbols,$(SYMBOLS).brix) >$(SYMBOLS).asm
	$(Q)$(NASM) -f elf64 -o $(SYMBOLS).o $(SYMBOLS).asm
	$(Q)$(LD) $(LDFLAGS) -o $@ $(KERNEL_OBJECTS) $(SYMBOLS).o
	$(Q)$(call make_symbols,$@) | cmp - $(SYMBOLS).asm

# What a page or a frame that is at hand costs is counted in instructions, and
# without frame pointers in functions that call none these are a seventh fewer.
# The same goes for what only hands a call's arguments on.
$(B)/mm/byte_map.o $(B)/mm/frame.o $(B)/kernel/syscall/syscall_64.o \
$(B)/kernel/syscall/syscall_32.o: KERNEL_CFLAGS += -momit-leaf-frame-pointer

# What is made of the table of system calls.
CALL_HEADERS := $(addprefix $(MADE)/,kernel/abi/syscalls_64.h \
    kernel/abi/syscalls_32.h calls.h door_64.h door_32.h)

$(CALL_HEADERS): kernel/syscall/calls.awk kernel/syscall/calls.tbl
	$(call say,AWK,$@)
	@mkdir -p $(@D)
	$(Q)awk -v make=$(basename $(@F)) -f $^ >$@

# What assembly and linker.ld need of C's constants.
CONSTANTS := $(MADE)/constants.inc $(MADE)/constants.ld

$(MADE)/constants.s: kernel/constants.c Makefile
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_CFLAGS) -MMD -MP -S -o $@ $<

$(MADE)/constants.inc: kernel/constants.awk $(MADE)/constants.s
	$(Q)awk -f $^ >$@

$(MADE)/constants.ld: kernel/constants.awk $(MADE)/constants.s
	$(Q)awk -v linker=1 -f $^ >$@

$(KERNEL_OBJECTS): | $(CALL_HEADERS) $(CONSTANTS)

$(MADE)/glyphs.inc: boot/glyphs.awk drivers/font_art.c
	$(call say,AWK,$@)
	@mkdir -p $(@D)
	$(Q)awk -f $^ >$@

$(B)/boot/refuse.asm.o: | $(MADE)/glyphs.inc
$(B)/boot/refuse.asm.o: NASMFLAGS += -I$(MADE)/

$(B)/%.o: %.c Makefile
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.asm.o: %.asm Makefile
	$(call say,NASM,$<)
	@mkdir -p $(@D)
	$(Q)$(NASM) $(NASMFLAGS) -MD $(@:.o=.d) -MP -o $@ $<

-include $(KERNEL_OBJECTS:.o=.d) $(MADE)/constants.d

# How each file of the kernel is compiled, for clangd and its like (.clangd).
$(B)/compile_commands.json: Makefile $(sort $(dir $(KERNEL_C)))
	$(call say,JSON,$@)
	@mkdir -p $(@D)
	$(Q){ comma=; echo '['; for file in $(KERNEL_C); do \
	    printf '%s{ "directory": "%s", "file": "%s", "command": "%s" }\n' \
	        "$$comma" '$(CURDIR)' $$file "$(CC) $(KERNEL_CFLAGS) -c $$file"; \
	    comma=,; done; echo ']'; } >$@

include test/host/host.mk
include test/bench/area.mk
include test/bench/bench.mk
include test/bench/memory.mk
-include user/user.mk
include iso/iso.mk
include tools/tools.mk
-include test/boot/boot.mk
-include test/linux/linux.mk
-include test/conformance/conformance.mk
-include test/boot/shapes/shapes.mk
-include test/fuzz/fuzz.mk

.PHONY: clean
clean: ## remove build/
	$(Q)rm -rf $(B)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' \
	    $(MAKEFILE_LIST) | sort
