# The program that runs others on Debian's Linux, and says what they did.

test-files: $(B)/test/linux/oracle

$(B)/test/linux/oracle: test/linux/oracle.c test/linux/linux.mk
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(static_CC) $(PROGRAM_CFLAGS) -o $@ $<
