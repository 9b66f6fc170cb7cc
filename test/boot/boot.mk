# Boot tests: whole machines in QEMU and Bochs, driven by pytest, and ordinary
# programs in C that must do on Brix what they do on Linux.
#
# test/boot/programs/NAME.c becomes build/test/programs/VARIANT/NAME.

P := $(B)/test/programs
# Those about the whole of 64-bit addresses, or that only count, are built one
# way alone.
DYNAMIC_NAMES := dynamic_maps threads malloc_torture
WIDE_NAMES := many_calls memory_bombs loads dies_in_call bystanders refused_cases base_of_kernel endless odd_names
PROGRAM_NAMES := $(filter-out $(WIDE_NAMES) dynamic_maps,\
    $(basename $(notdir $(wildcard test/boot/programs/*.c))))
PROGRAM_HEADERS := $(wildcard test/boot/programs/*.h)
PROGRAM_VARIANTS := static static-pie musl i386 i386-pie
DYNAMIC_VARIANTS := dynamic dynamic-fixed musl-dynamic i386-dynamic
PROGRAM_CFLAGS := -std=gnu17 -O1 -g -Wall -Wextra -Werror

# How a stranger would build a static program.
static_CC := gcc -static
static-pie_CC := gcc -static-pie
musl_CC := musl-gcc -static
i386_CC := gcc -m32 -static
i386-pie_CC := gcc -m32 -static-pie
# And without a thought of it.
dynamic_CC := gcc
dynamic-fixed_CC := gcc -no-pie
musl-dynamic_CC := musl-gcc
i386-dynamic_CC := gcc -m32

define program_rule
$(P)/$(1)/%: test/boot/programs/%.c $(PROGRAM_HEADERS) test/boot/boot.mk
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$($(1)_CC) $$(PROGRAM_CFLAGS) -o $$@ $$< -lm
endef
$(foreach variant,$(PROGRAM_VARIANTS) $(DYNAMIC_VARIANTS),\
    $(eval $(call program_rule,$(variant))))

TEST_PROGRAMS := $(foreach variant,$(PROGRAM_VARIANTS),\
    $(PROGRAM_NAMES:%=$(P)/$(variant)/%)) $(WIDE_NAMES:%=$(P)/static/%) \
    $(foreach variant,$(DYNAMIC_VARIANTS),$(DYNAMIC_NAMES:%=$(P)/$(variant)/%))

.PHONY: test-files
test-files: $(B)/brix $(B)/brix.iso $(USER_PROGRAMS) $(HOST_PROGRAMS) \
    $(TEST_PROGRAMS) $(B)/test/bench/instructions
	@:

PYTEST := PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest
TESTS ?= test

.PHONY: test
test: ## host tests and boot tests; TESTS=test/boot/test_shell.py for some
	$(Q)tools/install-packages build run iso test debug record
	$(Q)$(MAKE) test-files
	$(Q)HOST_PROGRAMS='$(HOST_PROGRAMS)' $(PYTEST) $(TESTS)

.PHONY: test-debug
test-debug: ## all tests of debugging, also those that take minutes
	$(Q)tools/install-packages build run iso test debug record
	$(Q)$(MAKE) test-files
	$(Q)GDB_FUZZ_PACKETS=10000000 ./$(B)/test/host/gdb_fuzz
	$(Q)STUB_FUZZ_SEEDS=6 STUB_FUZZ_PACKETS=4000 $(PYTEST) -m '' test/debug
