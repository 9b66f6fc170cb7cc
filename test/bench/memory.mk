# `make bench`: what the memory calls cost under Linux 6.1 and under Brix, by
# one static program, in instructions and in time.

MEMORY_BENCH := $(B)/test/bench/memory
MEMORY_BENCH_C := $(wildcard test/bench/memory/*.c)

# malloc is the host's C library's. _GNU_SOURCE: mremap's flags.
$(MEMORY_BENCH): $(MEMORY_BENCH_C) $(wildcard test/bench/memory/*.h) \
    test/bench/memory.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -static -std=gnu17 -O2 -g -I. -D_GNU_SOURCE $(WARNINGS) \
	    -o $@ $(MEMORY_BENCH_C)

# The programs that it executes, one of 30 MiB.
$(MEMORY_BENCH)-large: MEMORY_FILL := -D FILL=31457280
$(MEMORY_BENCH)-tiny $(MEMORY_BENCH)-large: test/bench/memory/tiny.asm
	$(call say,NASM,$@)
	@mkdir -p $(@D)
	$(Q)$(NASM) -f elf64 $(MEMORY_FILL) -o $@.o $<
	$(Q)$(LD) -o $@ $@.o

.PHONY: bench
bench: $(B)/brix $(B)/initrd.cpio $(MEMORY_BENCH) $(MEMORY_BENCH)-tiny $(MEMORY_BENCH)-large ## what memory calls cost on Linux and on Brix
	$(Q)tools/install-packages build run
	$(Q)test/bench/memory/run.py
