# The ELF files of test/boot/shapes.py: what they run, for both word sizes, and
# the program that starts them.

S := $(B)/test/shapes
SHAPE_CFLAGS := $(filter-out -fno-pic -no-pie,$(USER_CFLAGS)) -Os -fpie

SHAPE_FILES := $(S)/runner $(S)/shape64 $(S)/shape32

# (1: 64 or 32)
define shape_rules
$(S)/$(1)/%.o: test/boot/shapes/%.c test/boot/shapes/shapes.mk | $(CALL_HEADERS)
	$$(call say,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(SHAPE_CFLAGS) $$($(1)_CFLAGS) -MMD -MP -c -o $$@ $$<

$(S)/$(1)/shape: test/boot/shapes/shape.ld $(S)/$(1)/shape.o \
    $(U)/$(1)/lib/$($(1)_ARCH)/start.asm.o
	$$(call say,LD,$$@)
	$$(Q)$$(LD) $$($(1)_LDFLAGS) --no-warn-rwx-segments -T $$< \
	    -o $$@ $$(filter %.o,$$^)

$(S)/shape$(1): $(S)/$(1)/shape
	$$(Q)objcopy -O binary $$< $$@
endef
$(eval $(call shape_rules,64))
$(eval $(call shape_rules,32))

$(S)/runner: $(S)/64/runner.o $(USER_LIB_64:%=$(U)/64/%)
	$(call say,LD,$@)
	$(Q)$(LD) $(64_LDFLAGS) $(USER_LDFLAGS) -o $@ $^

-include $(wildcard $(S)/64/*.d $(S)/32/*.d)

test-files: $(SHAPE_FILES)
