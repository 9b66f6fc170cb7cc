# Host tests: pure code of the kernel, compiled for the host with ASan and
# UBSan and tested with cmocka.
#
# A test NAME is test/host/test_NAME.c and the kernel's files named in
# NAME_SOURCES. Headers in test/host/include/ shadow the kernel's where the
# kernel's need the machine (kernel/x86/percpu.h, for one).

HOST_TESTS :=

HOST_CFLAGS := -std=gnu17 -O1 -g -Itest/host/include -I. $(WARNINGS) \
    -fno-omit-frame-pointer -fno-strict-aliasing
HOST_SANITIZE := address,undefined

# Each line: HOST_TESTS += name, and what of the kernel is under test.

# Brix's C library goes by other names here. Except in its own test, the memory
# functions are the host's, so that ASan checks what they are given.
rename = $(foreach name,$(1),-D$(name)=brix_$(name))
RENAME_MEMORY := $(call rename,memcpy memmove memset memcmp)
RENAME_STRING := $(call rename,strlen strnlen strcmp strncmp strchr strrchr)

HOST_TESTS += string
string_SOURCES := kernel/lib/memory.c kernel/lib/string.c
string_CFLAGS := $(RENAME_MEMORY) $(RENAME_STRING)

HOST_TESTS += format
format_SOURCES := kernel/lib/format.c kernel/lib/string.c
format_CFLAGS := $(RENAME_STRING) $(call rename,snprintf vsnprintf)

BOOT_TESTS := boot_range multiboot1 multiboot2 pvh
BOOT_SOURCES := boot/boot_info.c boot/boot_describe.c boot/boot_range.c \
    boot/boot_framebuffer.c boot/multiboot1.c boot/multiboot2.c boot/pvh.c \
    kernel/lib/string.c

HOST_TESTS += $(BOOT_TESTS)
$(foreach test,$(BOOT_TESTS),$(eval $(test)_SOURCES := $(BOOT_SOURCES)))
$(foreach test,$(BOOT_TESTS),$(eval $(test)_CFLAGS := $(RENAME_STRING)))

HOST_TESTS += boot_framebuffer
boot_framebuffer_SOURCES := boot/boot_framebuffer.c

HOST_TESTS += option
option_SOURCES := kernel/base/option.c kernel/base/option_number.c \
    kernel/lib/string.c
option_CFLAGS := $(RENAME_STRING)

HOST_TESTS += badness
badness_SOURCES := kernel/process/badness.c

HOST_TESTS += proc_number
proc_number_SOURCES := kernel/proc/proc_number.c

HOST_TESTS += chacha20
chacha20_SOURCES := kernel/base/chacha20.c

HOST_TESTS += elf elf_interpreter elf_programs elf_symbol
elf_symbol_SOURCES := kernel/exec/elf_symbol.c
elf_SOURCES := kernel/exec/elf.c
elf_interpreter_SOURCES := kernel/exec/elf.c
elf_programs_SOURCES := kernel/exec/elf.c

# What compilers make, for the ELF reader to read.
ELF_PROGRAMS := $(addprefix $(B)/test/host/programs/,static static-pie \
    static-32 static-pie-32 musl dynamic)
$(B)/test/host/elf_programs $(B)/test/host/elf_symbol: | $(ELF_PROGRAMS)

$(B)/test/host/programs/static: ELF_LINK := gcc -static
$(B)/test/host/programs/static-pie: ELF_LINK := gcc -static-pie
$(B)/test/host/programs/static-32: ELF_LINK := gcc -m32 -static
$(B)/test/host/programs/static-pie-32: ELF_LINK := gcc -m32 -static-pie
$(B)/test/host/programs/musl: ELF_LINK := musl-gcc -static
$(B)/test/host/programs/dynamic: ELF_LINK := gcc
$(ELF_PROGRAMS): test/host/programs/hello.c
	$(call say,HOSTCC,$@)
	@mkdir -p $(@D)
	$(Q)$(ELF_LINK) -o $@ $<

HOST_TESTS += cpio
cpio_SOURCES := kernel/file/cpio.c

# The archives that the test of the cpio reader reads.
CPIO_ARCHIVES := $(B)/test/host/archives
$(B)/test/host/cpio: | $(CPIO_ARCHIVES)/newc.cpio $(CPIO_ARCHIVES)/crc.cpio
$(CPIO_ARCHIVES)/%.cpio: test/host/host.mk
	$(call say,CPIO,$@)
	@rm -rf $(@D)/$* && mkdir -p $(@D)/$*
	$(Q)cd $(@D)/$* && printf linked >link1 && ln link1 link2 && \
	    ln link1 link3 && : >empty && ln -s link1 symbolic && \
	    find . | cpio --quiet -o -H $* >../$*.cpio

FILE_SOURCES := kernel/file/inode.c kernel/file/name.c kernel/file/path.c \
    kernel/file/permission.c kernel/file/attributes.c kernel/file/hash_table.c \
    kernel/file/kept_text.c kernel/file/file_system.c \
    mm/object_cache.c test/host/file_host.c \
    test/host/panic.c

HOST_TESTS += hash_table
hash_table_SOURCES := kernel/file/hash_table.c test/host/panic.c

HOST_TESTS += name
name_SOURCES := $(FILE_SOURCES) kernel/file/inode_validate.c

HOST_TESTS += path
path_SOURCES := $(FILE_SOURCES) test/host/host_tree.c

HOST_TESTS += tree
tree_SOURCES := $(FILE_SOURCES) $(wildcard kernel/file/tree_*.c) \
    kernel/file/inode_validate.c test/host/host_names.c

HOST_TESTS += initrd
initrd_SOURCES := $(FILE_SOURCES) kernel/file/initrd.c \
    kernel/file/initrd_links.c kernel/file/inode_validate.c kernel/file/cpio.c

HOST_TESTS += seq_text
seq_text_SOURCES := kernel/file/seq_text.c kernel/lib/format.c
seq_text_CFLAGS := $(call rename,snprintf vsnprintf)

AREA_SOURCES := $(wildcard mm/area*.c) mm/vma_pool.c test/host/area_host.c \
    test/host/panic.c

HOST_TESTS += area
area_SOURCES := $(AREA_SOURCES)

HOST_TESTS += area_gap
area_gap_SOURCES := $(AREA_SOURCES)

HOST_TESTS += area_limits
area_limits_SOURCES := $(AREA_SOURCES)

HOST_TESTS += area_merge
area_merge_SOURCES := $(AREA_SOURCES)

HOST_TESTS += area_model
area_model_SOURCES := $(AREA_SOURCES) test/host/area_model.c

HOST_TESTS += page_tree object object_change
page_tree_SOURCES := mm/page_tree.c
OBJECT_SOURCES := mm/object.c mm/object_change.c mm/object_cache.c \
    mm/object_reclaim.c mm/object_validate.c mm/page_tree.c \
    test/host/object_host.c
object_SOURCES := $(OBJECT_SOURCES)
object_change_SOURCES := $(OBJECT_SOURCES)

HOST_TESTS += terminal
terminal_SOURCES := drivers/screen.c drivers/code_page_437.c \
    $(wildcard drivers/terminal*.c)

HOST_TESTS += signal
signal_SOURCES := kernel/signal/signal_queue.c kernel/signal/signal_stack.c \
    test/host/panic.c

HOST_TESTS += load_average
load_average_SOURCES := kernel/thread/load_average.c

HOST_TESTS += timer
timer_SOURCES := kernel/thread/timer.c

HOST_TESTS += tty tty_ahead
tty_SOURCES := kernel/terminal/tty.c kernel/terminal/tty_input.c kernel/terminal/line_editor.c
tty_ahead_SOURCES := $(tty_SOURCES)

BYTE_MAP_SOURCES := $(wildcard mm/byte_map*.c) mm/bit_tree.c mm/free_runs.c \
    $(wildcard mm/frame*.c) mm/memory_map.c test/host/byte_map_host.c \
    test/host/panic.c

BYTE_MAP_TESTS := memory_map byte_map byte_map_model byte_map_told frame \
    frame_refused \
    byte_map_magazines byte_map_threads byte_map_races

HOST_TESTS += $(BYTE_MAP_TESTS)
$(foreach test,$(BYTE_MAP_TESTS),$(eval $(test)_SOURCES := \
    $(BYTE_MAP_SOURCES)))

HOST_TESTS += share
share_SOURCES := $(BYTE_MAP_SOURCES) mm/share.c

# The same threads once more, watched by TSan.
byte_map_races_SANITIZE := thread

HOST_TESTS += console
console_SOURCES := drivers/console.c $(terminal_SOURCES)

HOST_TESTS += virtio
virtio_SOURCES := drivers/byte_queue.c drivers/virtio_queue.c \
    drivers/virtio_console.c

GDB_SOURCES := $(addprefix kernel/gdb/,text.c wire.c filter.c document.c \
    description.c) \
    $(wildcard kernel/gdb/session*.c) kernel/lib/format.c test/host/gdb_host.c \
    test/host/panic.c
GDB_TESTS := gdb_wire gdb_session gdb_run gdb_fuzz

HOST_TESTS += $(GDB_TESTS)
$(foreach test,$(GDB_TESTS),$(eval $(test)_SOURCES := $(GDB_SOURCES)))
$(foreach test,$(GDB_TESTS),$(eval $(test)_CFLAGS := \
    $(call rename,snprintf vsnprintf)))

HOST_TESTS += acpi keyboard keymap rtc framebuffer
acpi_SOURCES := drivers/acpi_tables.c drivers/acpi_aml.c
keyboard_SOURCES := drivers/keyboard.c drivers/keymap.c
keymap_SOURCES := drivers/keymap.c
rtc_SOURCES := drivers/rtc.c
framebuffer_SOURCES := drivers/framebuffer.c drivers/font.c drivers/font_art.c

HOST_TESTS += pci
pci_SOURCES := drivers/pci.c drivers/pci_ecam.c
pci_CFLAGS := -iquote test/host/ports

HOST_TESTS += qr_code
qr_code_SOURCES := kernel/report/qr_code.c kernel/report/qr_draw.c

USB_SOURCES := $(addprefix drivers/usb/,hid_keyboard.c usb.c usb_bus.c \
    usb_descriptor.c usb_hub.c usb_keyboard.c usb_port.c usb_serial.c) \
    drivers/byte_queue.c

HOST_TESTS += usb xhci_ring
usb_SOURCES := $(USB_SOURCES)
xhci_ring_SOURCES := drivers/usb/xhci_ring.c

# Of what shows memory, the half that is pure.
HOST_TESTS += owners canvas see_layout
owners_SOURCES := $(wildcard user/look/*.c) user/lib/format.c
canvas_SOURCES := user/see/canvas.c user/look/colour.c user/lib/format.c \
    $(terminal_SOURCES)
see_layout_SOURCES := $(addprefix user/see/,layout.c history.c key.c \
    table_words.c)

HOST_PROGRAMS := $(HOST_TESTS:%=$(B)/test/host/%)

# Tests whose files are compiled in the same way share the objects, in a folder
# that is named for what is special: objects/plain/, objects/thread/,
# objects/snprintf-vsnprintf/.
space := $() $()
host_way = $(or $(subst $(space),-,$(strip $($(1)_SANITIZE) \
    $(foreach flag,$($(1)_CFLAGS),$(firstword $(subst =, ,$(flag:-D%=%)))))),plain)
host_sanitize = -fsanitize=$(or $($(1)_SANITIZE),$(HOST_SANITIZE)) \
    -fno-sanitize-recover=all

# (1: a way, 2: a test that wants it)
define host_way_rule
HOST_WAYS += $(1)
$(B)/test/host/objects/$(1)/%.o: %.c test/host/host.mk
	@mkdir -p $$(@D)
	$$(Q)$$(HOST_CC) $$(HOST_CFLAGS) $(call host_sanitize,$(2)) $($(2)_CFLAGS) \
	    -MMD -MP -c -o $$@ $$<
endef

define host_test_rule
$(1)_OBJECTS := $(patsubst %.c,$(B)/test/host/objects/$(call host_way,$(1))/%.o,\
    test/host/test_$(1).c $($(1)_SOURCES))
HOST_OBJECTS += $$($(1)_OBJECTS)
$(B)/test/host/$(1): $$($(1)_OBJECTS)
	$$(call say,HOSTCC,$$@)
	$$(Q)$$(HOST_CC) $(call host_sanitize,$(1)) -o $$@ $$^ -lcmocka $$($(1)_LIBS)
endef
$(foreach test,$(HOST_TESTS),$(eval $(call host_test_rule,$(test))) \
    $(if $(filter $(call host_way,$(test)),$(HOST_WAYS)),,$(eval \
    $(call host_way_rule,$(call host_way,$(test)),$(test)))))

-include $(sort $(HOST_OBJECTS:.o=.d))

.PHONY: test-host
test-host: $(HOST_PROGRAMS) ## run the host tests alone
	$(Q)for test in $(HOST_PROGRAMS); do ./$$test || exit 1; done
