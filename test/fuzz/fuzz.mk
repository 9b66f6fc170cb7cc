# Fuzzing: hostile programs on the whole kernel in QEMU, and the kernel's
# parsers on the host, compiled by clang for libFuzzer with ASan and UBSan.
#
#     make fuzz SECONDS=600 SEED=7
#
# A seed is printed; the same one draws the same again, but programs run side by
# side, and where the timer parts them is chance.

FUZZ := $(B)/test/fuzz
SECONDS ?= 20
SEED ?= 1

# Programs, by what they are built of.
FUZZ_victim := victim draw
FUZZ_reader := reader draw
FUZZ_supervisor := supervisor
FUZZ_CFLAGS := $(PROGRAM_CFLAGS) -mno-red-zone

define fuzz_program_rule
$(FUZZ)/$(1): $$(FUZZ_$(2):%=test/fuzz/%.c) test/fuzz/draw.h test/fuzz/fuzz.mk
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$$(Q)gcc $(3) -static $$(FUZZ_CFLAGS) -o $$@ $$(filter %.c,$$^)
endef
$(eval $(call fuzz_program_rule,victim64,victim,-m64))
$(eval $(call fuzz_program_rule,victim32,victim,-m32))
$(eval $(call fuzz_program_rule,reader,reader,))
$(eval $(call fuzz_program_rule,supervisor,supervisor,))

# Parsers, by the kernel's files and the flags of their host tests.
PARSERS := elf archive boot options packets usb
elf_PARSES := $(elf_SOURCES) $(elf_symbol_SOURCES)
archive_PARSES := $(initrd_SOURCES)
boot_PARSES := $(BOOT_SOURCES)
boot_PARSER_CFLAGS := $(RENAME_STRING)
options_PARSES := $(option_SOURCES)
options_PARSER_CFLAGS := $(RENAME_STRING)
packets_PARSES := $(GDB_SOURCES)
packets_PARSER_CFLAGS := $(gdb_wire_CFLAGS)

usb_PARSES := $(USB_SOURCES)

define parser_rule
$(FUZZ)/parse_$(1): test/fuzz/parse_$(1).c $$($(1)_PARSES) test/fuzz/fuzz.mk
	$$(call say,CLANG,$$@)
	@mkdir -p $$(@D)
	$$(Q)clang -w -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all $$(HOST_CFLAGS) -w \
	    $$($(1)_PARSER_CFLAGS) -o $$@ $$(filter %.c,$$^) -lcmocka
endef
$(foreach parser,$(PARSERS),$(eval $(call parser_rule,$(parser))))

FUZZ_FILES := $(addprefix $(FUZZ)/,victim64 victim32 reader supervisor \
    $(PARSERS:%=parse_%))
test-files: $(FUZZ_FILES)

.PHONY: fuzz
fuzz: ## attack kernel and parsers; SECONDS=600 of each, SEED=7
	$(Q)tools/install-packages build run test debug
	$(Q)$(MAKE) $(FUZZ_FILES) $(CPIO_ARCHIVES)/newc.cpio \
	    $(P)/static/segments_sweep $(P)/i386/segments_sweep
	$(Q)FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) $(PYTEST) -s -n0 test/fuzz
