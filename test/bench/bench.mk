# Measurements of byte map and frames on the host, and how much of them the
# host tests run.

BENCH_MM_KERNEL := $(wildcard mm/byte_map*.c) mm/bit_tree.c mm/free_runs.c \
    $(wildcard mm/frame*.c) mm/memory_map.c
BENCH_MM_SOURCES := $(BENCH_MM_KERNEL) test/bench/bench_map.c \
    test/bench/byte_loop.c

# As the kernel is compiled, but for where it may lie.
BENCH_CFLAGS := -std=gnu17 -O2 -g -Itest/host/include -I. $(WARNINGS) \
    -fno-pic -no-pie -fno-stack-protector -fcf-protection=none \
    -fno-omit-frame-pointer -momit-leaf-frame-pointer -fno-strict-aliasing

define bench_rule
$(B)/test/bench/$(1): $$($(1)_SOURCES) $$(BENCH_MM_SOURCES) test/bench/bench.mk
	$$(call say,HOSTCC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(HOST_CC) $$(BENCH_CFLAGS) -MMD -MP -MF $$@.d -o $$@ \
	    $$(filter %.c,$$^) -lpthread
-include $(B)/test/bench/$(1).d
endef

instructions_SOURCES := test/bench/instructions.c
$(eval $(call bench_rule,instructions))

bench_mm_SOURCES := test/bench/bench_mm.c test/bench/bench_case.c \
    test/bench/bench_more.c
$(eval $(call bench_rule,bench_mm))

.PHONY: bench-mm
bench-mm: $(B)/test/bench/bench_mm $(B)/test/bench/instructions ## measure byte map and frames
	$(Q)$<
	$(Q)test/bench/instructions.sh $(B)/test/bench/instructions

.PHONY: bench-mm-instructions
bench-mm-instructions: $(B)/test/bench/instructions ## instructions a call
	$(Q)test/bench/instructions.sh $<

.PHONY: bench-mm-kernel
bench-mm-kernel: $(B)/brix $(B)/initrd.cpio $(B)/test/bench/instructions ## the same counted in the kernel
	$(Q)tools/install-packages build run bench
	$(Q)test/bench/kernel_counts.py

# Which lines of byte map and frames the host tests run: fails below 100 %.
COVERAGE_TESTS := memory_map byte_map byte_map_model byte_map_told frame \
    byte_map_threads
COVERAGE := $(B)/coverage

$(COVERAGE)/%/ran: test/host/test_%.c $(BYTE_MAP_SOURCES) test/bench/bench.mk
	$(call say,COVERAGE,$*)
	@rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) --coverage -fprofile-update=atomic -o $(@D)/test \
	    -dumpdir $(@D)/ $(filter %.c,$^) -lcmocka -lpthread
	$(Q)./$(@D)/test >$(@D)/log 2>&1
	@touch $@

.PHONY: coverage
coverage: $(COVERAGE_TESTS:%=$(COVERAGE)/%/ran) ## lines and branches of the byte map that tests run
	$(Q)test/bench/coverage.py $(COVERAGE) $(BENCH_MM_KERNEL) mm/bit_tree.h \
	    mm/free_runs.h mm/byte_map_priv.h

# Which lines the kernel itself runs in tests, of memory and of what reads bytes
# from outside.
KERNEL_COVERAGE := $(COVERAGE)/kernel
KERNEL_COVERAGE_FILES := $(wildcard mm/*.c) kernel/exec/elf.c \
    kernel/exec/elf_symbol.c kernel/file/cpio.c kernel/file/initrd.c \
    kernel/base/option.c kernel/base/option_number.c kernel/gdb/wire.c \
    kernel/gdb/text.c $(wildcard kernel/gdb/session*.c) $(wildcard boot/*.c)

.PHONY: coverage-kernel
coverage-kernel: ## lines that the kernel runs in tests; TESTS=test/conformance for some
	$(Q)rm -rf $(KERNEL_COVERAGE) && mkdir -p $(KERNEL_COVERAGE)
	$(Q)KERNEL_COVERAGE=$(CURDIR)/$(KERNEL_COVERAGE) $(MAKE) test TESTS='$(TESTS)'
	$(Q)test/bench/kernel_coverage.py $(B)/brix $(KERNEL_COVERAGE) \
	    $(KERNEL_COVERAGE_FILES)
