# Running, debugging and checking: the commands of the host's side.

MEMORY ?= 256M
CPU ?= max
# What stands on make's command line is in the environment, quotes and all.
export APPEND GDB_ARGS

# What `make run` and `make debug` need beside the tools.
.PHONY: runnable
runnable: $(B)/brix $(B)/initrd.cpio
	@:

.PHONY: run
run: ## boot to the shell in this terminal; MEMORY=256M CPU=max APPEND=...
	$(Q)tools/install-packages build run
	$(Q)$(MAKE) runnable
	@echo 'To leave: ^A x. ^C and all other keys go to Brix.'
	$(Q)qemu-system-x86_64 -m $(MEMORY) -cpu $(CPU) -nic none -no-reboot \
	    -display none -serial mon:stdio -kernel $(B)/brix \
	    -initrd $(B)/initrd.cpio -append "$$APPEND"

.PHONY: debug
debug: ## gdb at the kernel's entry; PROG='hello x' GDB_ARGS='-ex "b kmain"'
	$(Q)tools/install-packages build run debug
	$(Q)$(MAKE) runnable
	$(Q)tools/debug --memory $(MEMORY) --cpu $(CPU) --append="$$APPEND" \
	    --gdb-args="$$GDB_ARGS" $(PROG)

.PHONY: record
record: ## record a run, to go back in it; PROG='hello x' BOOT=iso
	$(Q)tools/install-packages build run record $(if $(filter iso,$(BOOT)),iso)
	$(Q)$(MAKE) runnable $(if $(filter iso,$(BOOT)),$(B)/brix.iso)
	@echo 'It ends when the machine is off, or by ^].'
	$(Q)tools/record --append="$$APPEND" --boot $(or $(BOOT),kernel) $(PROG)

.PHONY: replay
replay: ## gdb on the recorded run, with reverse-step and last-write
	$(Q)tools/install-packages run debug
	$(Q)tools/replay --gdb-args="$$GDB_ARGS"

FOLDERS := boot kernel mm drivers user test
CHECKED_C = $(shell find $(FOLDERS) -name '*.[ch]')
CHECKED_PYTHON = $(shell find test tools -name '*.py') $(shell \
    grep -lE '^#!.*python' tools/* 2>/dev/null)

.PHONY: check
check: ## check style, layers, documents and scripts
	$(Q)tools/install-packages build check
	$(Q)clang-format --dry-run -Werror $(CHECKED_C)
	$(Q)shellcheck tools/install-packages .ci/run
	$(Q)/usr/bin/python3 -m pyflakes $(CHECKED_PYTHON)
	$(Q)tools/check-layers
	$(Q)$(MAKE) $(B)/brix
	$(Q)tools/check-calls
	$(Q)tools/check-tours
	$(Q)tools/check-sizes
	$(Q)tools/check-docs
