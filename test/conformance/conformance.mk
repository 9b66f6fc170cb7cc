# Conformance: the same memory calls on Linux and on Brix, with equal answers.
#
# build/conformance/conformance and conformance32 are one program for x86-64 and
# for i386, and both are there as static PIE, too: conformance-pie and
# conformance32-pie. runner starts them. The Linux is Debian's, unpacked beside
# them.

C := $(B)/conformance
CONFORMANCE_C := $(filter-out %/runner.c %/relocate.c,\
    $(wildcard test/conformance/*.c))
CONFORMANCE_PROGRAMS := $(C)/conformance $(C)/conformance32 \
    $(C)/conformance-pie $(C)/conformance32-pie $(C)/runner

64_ARCH := x86_64
32_ARCH := i386
PIE_CFLAGS := $(filter-out -fno-pic -no-pie,$(USER_CFLAGS)) -fpie
PIE_LDFLAGS := $(USER_LDFLAGS) -pie --no-dynamic-linker -z text \
    --wrap=start_main

# Objects: build/conformance/64/NAME.o and 32/NAME.o, of a PIE in pie64 and
# pie32, where the library has to be compiled for it too. (1: 64 or 32)
define conformance_rules
$(C)/$(1)/%.o: test/conformance/%.c test/conformance/conformance.mk | $(CALL_HEADERS)
	$$(call say,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(USER_CFLAGS) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

$(C)/pie$(1)/%.o: %.c test/conformance/conformance.mk | $(CALL_HEADERS)
	$$(call say,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(PIE_CFLAGS) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

$(C)/$(1)/touch.asm.o: test/conformance/$($(1)_ARCH)/touch.asm $(U)/linux.inc
	$$(call say,NASM,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(NASM) $$(USER_NASMFLAGS) $$($(1)_NASMFLAGS) -o $$@ $$<
endef
$(eval $(call conformance_rules,64))
$(eval $(call conformance_rules,32))

# (1: 64 or 32)
conformance_objects = $(CONFORMANCE_C:test/conformance/%.c=$(C)/$(1)/%.o) \
    $(C)/$(1)/touch.asm.o $(USER_LIB_$(1):%=$(U)/$(1)/%)
conformance_pie_objects = $(patsubst %.c,$(C)/pie$(1)/%.o,$(CONFORMANCE_C) \
    test/conformance/relocate.c $(wildcard user/lib/*.c)) \
    $(C)/$(1)/touch.asm.o $(filter %.asm.o,$(USER_LIB_$(1):%=$(U)/$(1)/%))

$(C)/conformance: $(call conformance_objects,64)
	$(call say,LD,$@)
	$(Q)$(LD) $(64_LDFLAGS) $(USER_LDFLAGS) -o $@ $^

$(C)/conformance32: $(call conformance_objects,32)
	$(call say,LD,$@)
	$(Q)$(LD) $(32_LDFLAGS) $(USER_LDFLAGS) -o $@ $^

$(C)/conformance-pie: $(call conformance_pie_objects,64)
	$(call say,LD,$@)
	$(Q)$(LD) $(64_LDFLAGS) $(PIE_LDFLAGS) -o $@ $^

$(C)/conformance32-pie: $(call conformance_pie_objects,32)
	$(call say,LD,$@)
	$(Q)$(LD) $(32_LDFLAGS) $(PIE_LDFLAGS) -o $@ $^

$(C)/runner: $(C)/64/runner.o $(USER_LIB_64:%=$(U)/64/%)
	$(call say,LD,$@)
	$(Q)$(LD) $(64_LDFLAGS) $(USER_LDFLAGS) -o $@ $^

-include $(wildcard $(C)/64/*.d $(C)/32/*.d $(C)/pie*/*/*/*.d)

SEED ?= 1
OPS ?= 100000

.PHONY: conformance
conformance: $(B)/brix $(B)/initrd.cpio $(CONFORMANCE_PROGRAMS) ## compare with Linux; SEED=1 OPS=100000
	$(Q)tools/install-packages build run
	$(Q)test/conformance/run.py --seed $(SEED) --operations $(OPS)

test-files: $(CONFORMANCE_PROGRAMS)
