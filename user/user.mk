# The programs and the initrd.
#
# A program is one static ELF file that runs on Brix and on Linux alike: the
# same bytes, so there is nothing to build twice. build/initrd/bin/NAME is the
# same as build/user/NAME, with its debug information packed: gdb on a serial
# line reads it from there. (Of UNDEBUGGED ones it can't.)
#
#   user/NAME.asm    by itself, in nasm
#   user/NAME.c      with the small library in user/lib/
#   user/sh/*.c      the shell, in several files; so user/init/, user/see/
#   user/look/*.c    how memory is shown, for those of them that show it

# Programs for i386, and C programs that are built for it too, as NAME32.
USER_32 := hello32 error_rule32 hello_inline
USER_BOTH := malloc_test crash

U := $(B)/user
USER_CFLAGS := -std=gnu17 -O2 -g -I. -I$(MADE) $(WARNINGS) -ffreestanding \
    -fno-builtin-printf -fno-pic -no-pie -fno-stack-protector \
    -fcf-protection=none -fno-strict-aliasing \
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
USER_NASMFLAGS := -g -F dwarf -w+all -Werror -I./ -I$(U)/
USER_LDFLAGS := -static -z noexecstack --gc-sections --fatal-warnings

# The compiler would turn the loop of memcpy into a call of memcpy.
$(U)/64/lib/string.o $(U)/32/lib/string.o: \
    USER_CFLAGS += -fno-tree-loop-distribute-patterns

# What differs between the two architectures.
64_CFLAGS := -m64 -Iuser/lib/x86_64
32_CFLAGS := -m32 -march=i686 -Iuser/lib/i386
64_NASMFLAGS := -f elf64
32_NASMFLAGS := -f elf32
64_LDFLAGS := -m elf_x86_64
32_LDFLAGS := -m elf_i386

# The constants for nasm, from the headers for C.
$(U)/linux.inc: user/abi.awk $(wildcard kernel/abi/*.h) \
    $(filter $(MADE)/kernel/abi/%,$(CALL_HEADERS))
	$(call say,AWK,$@)
	@mkdir -p $(@D)
	$(Q)awk -f $^ > $@

# Objects: build/user/64/PATH.o and build/user/32/PATH.o. (1: 64 or 32)
define user_object_rules
$(U)/$(1)/%.o: user/%.c user/user.mk | $(CALL_HEADERS)
	$$(call say,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(USER_CFLAGS) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

$(U)/$(1)/%.asm.o: user/%.asm $(U)/linux.inc user/user.mk
	$$(call say,NASM,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(NASM) $$(USER_NASMFLAGS) $$($(1)_NASMFLAGS) -MD $$(@:.o=.d) -MP \
	    -o $$@ $$<
endef
$(eval $(call user_object_rules,64))
$(eval $(call user_object_rules,32))

# The library, once for each architecture.
lib_objects = $(patsubst user/%.c,%.o,$(wildcard user/lib/*.c)) \
    $(patsubst user/%,%.o,$(wildcard user/lib/$(1)/*.asm))
USER_LIB_64 := $(call lib_objects,x86_64)
USER_LIB_32 := $(call lib_objects,i386)

# Programs. (1: the name, 2: 64 or 32, 3: the objects below build/user/64 or 32)
define user_program
USER_NAMES += $(1)
USER_DEPENDENCIES += $(3:%.o=$(U)/$(2)/%.d)
$(U)/$(1): $(3:%=$(U)/$(2)/%)
	$$(call say,LD,$$@)
	$$(Q)$$(LD) $$($(2)_LDFLAGS) $$(USER_LDFLAGS) $$($(1)_LDFLAGS) -o $$@ $$^
endef
bits_of = $(if $(filter $(1),$(USER_32)),32,64)
asm_program = $(eval $(call user_program,$(1),$(2),$(1).asm.o))
c_program = $(eval $(call user_program,$(1),$(2),$(3) $(USER_LIB_$(2))))

hello_pie_LDFLAGS := -pie --no-dynamic-linker

USER_ASM := $(patsubst user/%.asm,%,$(wildcard user/*.asm))
USER_C := $(patsubst user/%.c,%,$(wildcard user/*.c))
$(foreach n,$(USER_ASM),$(call asm_program,$(n),$(call bits_of,$(n))))
$(foreach n,$(USER_C),$(call c_program,$(n),$(call bits_of,$(n)),$(n).o))
$(foreach n,$(USER_BOTH),$(call c_program,$(n)32,32,$(n).o))
USER_LOOK := $(patsubst user/%.c,%.o,$(wildcard user/look/*.c))
$(foreach n,sh init see,$(call c_program,$(n),64,\
    $(patsubst user/%.c,%.o,$(wildcard user/$(n)/*.c)) $(USER_LOOK)))

USER_PROGRAMS := $(USER_NAMES:%=$(U)/%)
-include $(sort $(USER_DEPENDENCIES))

.PHONY: user
user: $(USER_PROGRAMS) ## build the programs alone, into build/user/

# The initrd: what is in iso/root/, and the programs in /bin. One of them is also
# /init, the first program, which starts the shell. The same sources give the
# same bytes: owner, times and order are fixed. What files hold is put on page
# boundaries.
INITRD := $(B)/initrd

# Machines of 4 MiB have no room for the debug information of all. Those that a
# lesson steps through have theirs.
UNDEBUGGED := init sh see grow malloc_test32

ROOT_FILES := $(shell find iso/root -type f)

$(B)/initrd.cpio: $(USER_PROGRAMS) $(ROOT_FILES) user/user.mk \
    tools/align-archive tools/machine/cpio.py
	$(call say,CPIO,$@)
	$(Q)rm -rf $(INITRD)
	$(Q)cp -R iso/root $(INITRD)
	$(Q)mkdir -p $(INITRD)/bin $(INITRD)/dev $(INITRD)/proc $(INITRD)/tmp
	$(Q)for name in $(USER_NAMES); do \
	    objcopy --compress-debug-sections $(U)/$$name $(INITRD)/bin/$$name || exit 1; \
	done
	$(Q)strip --strip-debug $(UNDEBUGGED:%=$(INITRD)/bin/%)
	$(Q)ln $(INITRD)/bin/init $(INITRD)/init
	$(Q)chmod -R u=rwX,go=rX $(INITRD)
	$(Q)find $(INITRD) -exec touch --no-dereference --date=@0 {} +
	$(Q)cd $(INITRD) && find . | LC_ALL=C sort | cpio --quiet -o -H newc \
	    --reproducible --owner=+0:+0 | \
	    PYTHONDONTWRITEBYTECODE=1 $(abspath tools/align-archive) > $(abspath $@)

.PHONY: initrd
initrd: $(B)/initrd.cpio ## build the programs and the initrd alone

all: $(B)/initrd.cpio
