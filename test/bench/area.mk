# Instructions of the tree of areas alone, by callgrind. The program is compiled
# as the kernel is; ROUNDS must be that of bench_area.c.

AREA_BENCH := $(B)/test/bench/area
AREA_BENCH_ROUNDS := 10000

$(AREA_BENCH)/bench_area: test/bench/bench_area.c $(wildcard mm/area*.[ch]) \
    mm/vma_pool.c mm/vma_pool.h test/bench/area.mk
	$(call say,HOSTCC,$@)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) -std=gnu17 -O2 -g -I. $(WARNINGS) -mgeneral-regs-only \
	    -fno-strict-aliasing -fno-omit-frame-pointer -fcf-protection=none \
	    -fno-pic -no-pie -o $@ $(filter %.c,$^)

.PHONY: bench-area
bench-area: $(AREA_BENCH)/bench_area ## instructions of the tree of areas
	$(Q)rm -f $(AREA_BENCH)/out.*
	$(Q)valgrind -q --tool=callgrind --combine-dumps=no \
	    --callgrind-out-file=$(AREA_BENCH)/out $(AREA_BENCH)/bench_area
	$(Q)awk -v rounds=$(AREA_BENCH_ROUNDS) \
	    '/^desc: Trigger: Client Request:/ { sub(/.*Request: /, ""); name = $$0 } \
	    /^(totals|summary):/ && name != "" { printf "%6d  %s\n", $$2 / rounds, name; name = "" }' \
	    $$(ls -v $(AREA_BENCH)/out.*)
