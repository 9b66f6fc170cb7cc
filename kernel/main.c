/* Brix from the first line of C to the first program, in order. */
#include "boot/boot.h"
#include "drivers/acpi.h"
#include "drivers/clock.h"
#include "drivers/console.h"
#include "drivers/keyboard.h"
#include "drivers/local_apic.h"
#include "drivers/pic.h"
#include "drivers/pit.h"
#include "kernel/base.h"
#include "kernel/bench.h"
#include "kernel/display.h"
#include "kernel/exec.h"
#include "kernel/file.h"
#include "kernel/gdb.h"
#include "kernel/proc.h"
#include "kernel/process.h"
#include "kernel/report.h"
#include "kernel/syscall.h"
#include "kernel/terminal.h"
#include "kernel/thread.h"
#include "kernel/usb.h"
#include "kernel/virtio.h"
#include "kernel/x86.h"
#include "mm/fault_injection.h"
#include "mm/huge_pool.h"
#include "mm/kernel_map.h"
#include "mm/layout.h"
#include "mm/memory.h"
#include "mm/settings.h"

static struct boot_info boot_info;
static bool has_serial;

/* boot/start.asm goes on here. */
NORETURN void kmain(uint32_t magic, paddr_t info);

/* While boot's own page tables are in use, the low 4 GiB can be read. */
const void *boot_memory(paddr_t address, size_t size)
{
    if (address > BOOT_MAP_SIZE || size > BOOT_MAP_SIZE - address) {
        return NULL;
    }
    return direct_map(address);
}

static void cpu_tables_init(void)
{
    cpu_init();
    gdt_init();
    thread_init();
    idt_init();
    fpu_init();
    syscall_entry_init();
}

static void read_boot_info(uint32_t magic, paddr_t info)
{
    int error = boot_info_init(magic, info, &boot_info);
    if (error != 0) {
        console_add_serial(UART_COM1);
        panic("the loader's information at 0x%llx (magic 0x%x) can't be used: "
              "%s",
              (unsigned long long)info, magic, errno_name(-error));
    }
    option_init(boot_info.command_line);
    panic_set_end((enum option_end)option_choice(OPTION_PANIC));
}

/* Serial and VGA text work from here on; a framebuffer needs memory first. */
static void start_console(void)
{
    has_serial = console_add_serial(UART_COM1);
    display_init_text(&boot_info.framebuffer);
    log_start((enum option_log)option_choice(OPTION_LOG),
              (enum log_level)option_choice(OPTION_LOGLEVEL));
    char build[VERSION_BUILD_SIZE];
    version_build(build);
    log_info("Brix " BRIX_VERSION ", build %s, on %s", build,
             cpu_features.brand);
    boot_info_describe(&boot_info);
    gdb_init(&boot_info);
}

static void find_acpi(void)
{
    int error =
        boot_info.rsdp_address != PADDR_NONE
            ? acpi_init_at(boot_info.rsdp_address)
            : acpi_init(boot_info.rsdp_size != 0 ? boot_info.rsdp : NULL,
                        boot_info.rsdp_size);
    if (error != 0) {
        log_warn("no usable ACPI tables: switching off may not work");
    }
}

static void interrupts_init(void)
{
    paddr_t apic = local_apic_address();
    local_apic_pass_pic(apic != PADDR_NONE
                            ? device_map(apic, LOCAL_APIC_SIZE, DEVICE_UNCACHED)
                            : NULL);
    pic_init();
}

static void input_init(void)
{
    if (console_add_keyboard()) {
        pic_unmask(KEYBOARD_IRQ);
    }
    if (has_serial) {
        pic_unmask(UART_IRQ_COM1);
    }
    terminal_file_init((enum option_console)option_choice(OPTION_CONSOLE));
}

static void devices_init(void)
{
    display_init_framebuffer(&boot_info.framebuffer);
    find_acpi();
    interrupts_init();
    virtio_consoles_init();
    gdb_listen();
    clock_init();
    if (pit_init()) {
        pic_unmask(PIT_IRQ);
    } else {
        log_warn("no timer interrupt: waiting takes all of the CPU");
        schedule_busily();
    }
    input_init();
    usb_init();
    gdb_init_usb();
}

static void add_module(const struct boot_module *module)
{
    const void *data = direct_map(module->start);
    size_t size = module->end - module->start;

    if (!memory_is_ram(&boot_info, module->start, module->end)) {
        log_error("module %s, 0x%llx to 0x%llx, does not lie in RAM: the "
                  "machine has too little memory for it",
                  module->name, (unsigned long long)module->start,
                  (unsigned long long)module->end);
        return;
    }
    int error = initrd_is_archive(data, size)
                    ? initrd_init(data, size)
                    : initrd_add_file(module->name, data, size);
    if (error != 0) {
        log_error("module %s (%llu bytes) could not be taken whole: %s",
                  module->name, (unsigned long long)size, errno_name(-error));
    }
}

static void files_init(void)
{
    file_system_init();
    device_init();
    kmsg_init();
    if (boot_info.module_count == 0) {
        log_error("the loader gave no module: there is no initrd");
    }
    for (size_t i = 0; i < boot_info.module_count; i++) {
        add_module(&boot_info.modules[i]);
    }
    device_make_files();
    proc_init(boot_info.command_line);
}

/* With console=raw, what comes before this is the firmware's and the loader's:
 * a tool on the host waits for it. */
static void announce_start(void)
{
    static const char start_of_text[] = {0x10, 0x02}; /* DLE STX */

    if (option_choice(OPTION_CONSOLE) == OPTION_CONSOLE_RAW) {
        console_write(start_of_text, sizeof(start_of_text));
    }
}

static void memory_settings_init(void)
{
    if (option_is_set(OPTION_NORANDMAPS)) {
        memory_settings.randomize = RANDOMIZE_NOTHING;
    }
    memory_settings.large_pages =
        (enum large_pages)option_choice(OPTION_TRANSPARENT_HUGEPAGE);
    if (option_is_set(OPTION_HUGEPAGES)) {
        huge_pool_resize(option_number(OPTION_HUGEPAGES, 0));
    } else {
        huge_pool.overcommit = memory_total() / LARGE_PAGE_SIZE;
    }
}

void kmain(uint32_t magic, paddr_t info)
{
    console_init();
    cpu_tables_init();
    read_boot_info(magic, info);
    start_console();
    memory_init(&boot_info);
    thread_count_init();
    fault_injection_set((uint32_t)option_number(OPTION_FAIL_NTH, 0));
    devices_init();
    random_init();
    memory_settings_init();
    files_init();
    record_init();
    process_record_map();
    syscall_trace_init();
    option_warn_unknown();
    bench_memory_run();
    copy_test_run();
    first_program_start();
    announce_start();
    schedule_begin();
}

void *acpi_map(paddr_t address, size_t size)
{
    return device_map(address, size, DEVICE_UNCACHED);
}
