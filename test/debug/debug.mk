# The tests of the debugger that take long: the same as in `make test`, with
# many more random packets. PYTEST is of test/boot/boot.mk.

.PHONY: test-debug
test-debug: ## the debugger's tests at length: some ten minutes
	$(Q)tools/install-packages build run iso test debug
	$(Q)$(MAKE) test-files
	$(Q)GDB_FUZZ_PACKETS=10000000 ./$(B)/test/host/gdb_fuzz
	$(Q)STUB_FUZZ_SEEDS=6 STUB_FUZZ_PACKETS=4000 $(PYTEST) test/debug
