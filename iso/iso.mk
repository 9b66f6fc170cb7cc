# The ISO: one file that boots as a CD and, written raw, as a disk or USB
# stick, by BIOS and by UEFI. GRUB reads all of the kernel's file, so it goes
# without what is gdb's alone.

$(B)/brix.iso: $(B)/brix $(B)/initrd.cpio iso/grub.cfg iso/iso.mk
	$(call say,ISO,$@)
	$(Q)rm -rf $(B)/iso
	@mkdir -p $(B)/iso/boot/grub
	$(Q)objcopy --strip-debug $(B)/brix $(B)/iso/boot/brix
	$(Q)cp $(B)/initrd.cpio $(B)/iso/boot
	$(Q)cp iso/grub.cfg $(B)/iso/boot/grub
	$(Q)grub-mkrescue -o $@ $(B)/iso >$@.log 2>&1 || { cat $@.log; exit 1; }

.PHONY: iso
iso: ## make build/brix.iso, for CD, disk and USB stick
	$(Q)tools/install-packages build iso
	$(Q)$(MAKE) $(B)/brix.iso
	@echo "build/brix.iso is ready. To a USB stick (erases it):"
	@echo "  sudo dd if=build/brix.iso of=/dev/sdX bs=4M conv=fsync"
