/* The machine of the gdb stub's tests. */
#include "test/host/gdb_host.h"

uint8_t host_ram[HOST_RAM_SIZE];
uint8_t host_high_ram[PAGE_SIZE];
uint64_t host_registers[GDB_REGISTER_COUNT];
int host_breaks;
bool host_is_reliable;
char host_command[GDB_PACKET_MAX];
const char *host_name;
char host_output[HOST_LINE_MAX];
size_t host_output_size;

static uint8_t input[HOST_LINE_MAX];
static size_t input_at, input_size;

static const char file_text[] = "ELF$#}*file";

void host_feed(const void *bytes, size_t size)
{
    if (input_at == input_size) {
        input_at = input_size = 0;
    }
    assert_true(size <= sizeof(input) - input_size);
    memcpy(input + input_size, bytes, size);
    input_size += size;
}

void host_reset(void)
{
    struct gdb_resume how;

    input_at = input_size = host_output_size = 0;
    host_feed("$D#44+", 6); /* whoever was attached leaves */
    gdb_wire_reset();
    host_serve(&how);
    for (size_t i = 0; i < sizeof(host_ram); i++) {
        host_ram[i] = (uint8_t)(i * 7);
    }
    for (unsigned i = 0; i < GDB_REGISTER_COUNT; i++) {
        uint64_t value = 0x1111111111111111u * (i % 16);
        host_registers[i] = gdb_register_size(i) == 4 ? (uint32_t)value : value;
    }
    input_at = input_size = host_output_size = 0;
    host_breaks = 0;
    host_name = "t1002";
    memset(&gdb_wire_stats, 0, sizeof(gdb_wire_stats));
}

int host_setup(void **state)
{
    (void)state;
    host_reset();
    return 0;
}

void host_feed_packet(const void *body, size_t size)
{
    char end[5];
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + ((const uint8_t *)body)[i]);
    }
    snprintf(end, sizeof(end), "#%02x+", sum);
    host_feed("$", 1);
    host_feed(body, size);
    host_feed(end, 4);
}

bool host_serve(struct gdb_resume *how)
{
    const struct gdb_stop stop = {.signal = GDB_SIGNAL_TRAP};

    memset(how, 0xff, sizeof(*how));
    gdb_serve(&stop, how);
    return input_at < input_size || how->action != GDB_CONTINUE;
}

const char *host_ask(const char *body)
{
    static char answer[GDB_PACKET_MAX + 1];
    struct gdb_resume how;
    uint8_t sum = 0;

    host_output_size = 0;
    host_feed_packet(body, strlen(body));
    host_serve(&how);
    assert_true(host_output_size >= 5);
    assert_memory_equal(host_output, "+$", 2);
    const char *hash = memchr(host_output, '#', host_output_size);
    assert_non_null(hash); /* it may be there once more: the '+' came early */
    size_t size = (size_t)(hash - host_output) - 2;
    memcpy(answer, host_output + 2, size);
    answer[size] = '\0';
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + answer[i]);
    }
    char end[4];
    snprintf(end, sizeof(end), "#%02x", sum);
    assert_memory_equal(host_output + 2 + size, end, 3);
    return answer;
}

void host_expect(const char *body, const char *answer)
{
    const char *got = host_ask(body);
    if (strcmp(got, answer) != 0) {
        print_error("%s is answered by %s, not %s\n", body, got, answer);
        fail();
    }
}

/* The line. */

int gdb_line_get(enum gdb_wait wait)
{
    (void)wait;
    return input_at < input_size ? input[input_at++] : -1;
}

void gdb_line_put(const char *bytes, size_t size)
{
    if (size > sizeof(host_output) - host_output_size) {
        host_output_size = 0; /* only the end of a flood is looked at */
    }
    memcpy(host_output + host_output_size, bytes, size);
    host_output_size += size;
}

bool target_line_is_reliable(void)
{
    return host_is_reliable;
}

/* The machine. */

int target_thread_current(void)
{
    return 1;
}

int target_thread_next(int thread)
{
    switch (thread) {
    case 0:
        return 1;
    case 1:
        return HOST_PROCESS;
    case HOST_PROCESS:
        return HOST_PROCESS_2;
    default:
        return 0;
    }
}

bool target_thread_is_cpu(int thread)
{
    return thread < GDB_PROCESS_BASE;
}

void target_thread_name(int thread, char *to, size_t size)
{
    if (thread == HOST_PROCESS_2) {
        snprintf(to, size, "%s", host_name);
        return;
    }
    snprintf(to, size, "t%d", thread);
}

void target_thread_state(int thread, char *to, size_t size)
{
    snprintf(to, size, "s%d", thread);
}

bool target_register_read(int thread, unsigned number, void *bytes)
{
    assert_true(number < GDB_REGISTER_COUNT);
    memset(bytes, 0, gdb_register_size(number));
    memcpy(bytes, &host_registers[number],
           MIN(gdb_register_size(number), sizeof(host_registers[number])));
    return thread != HOST_PROCESS_2 &&
           (!gdb_register_is_float(number) || number >= GDB_XMM0);
}

enum gdb_error target_register_write(int thread, unsigned number,
                                     const void *bytes)
{
    assert_true(number < GDB_REGISTER_COUNT);
    if ((number > GDB_EFLAGS && number < GDB_XMM0) ||
        thread == HOST_PROCESS_2) {
        return GDB_REFUSED;
    }
    host_registers[number] = 0;
    memcpy(&host_registers[number], bytes,
           MIN(gdb_register_size(number), sizeof(host_registers[number])));
    return GDB_OK;
}

static uint8_t *host_byte(uint64_t address)
{
    if (address >= HOST_RAM && address < HOST_RAM + HOST_RAM_SIZE) {
        return &host_ram[address - HOST_RAM];
    }
    return address >= HOST_HIGH_RAM ? &host_high_ram[address - HOST_HIGH_RAM]
                                    : NULL;
}

size_t target_memory_read(int thread, uint64_t address, void *to, size_t size)
{
    size_t count = 0;
    const uint8_t *byte;

    (void)thread;
    while (count < size && address + count >= address &&
           (byte = host_byte(address + count)) != NULL) {
        ((uint8_t *)to)[count++] = *byte;
    }
    return count;
}

size_t target_image_read(int thread, uint64_t address, void *to, size_t size)
{
    return target_memory_read(thread, address, to, size);
}

size_t target_memory_write(int thread, uint64_t address, const void *from,
                           size_t size)
{
    size_t count = 0;
    uint8_t *byte;

    (void)thread;
    while (count < size && address + count >= address &&
           (byte = host_byte(address + count)) != NULL) {
        *byte = ((const uint8_t *)from)[count++];
    }
    return count;
}

enum gdb_error target_break_insert(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size)
{
    (void)thread;
    (void)address;
    (void)size;
    assert_true(kind < GDB_BREAK_KINDS);
    if (kind == GDB_BREAK_READ) {
        return GDB_UNSUPPORTED;
    }
    host_breaks++;
    return GDB_OK;
}

enum gdb_error target_break_remove(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size)
{
    (void)thread;
    (void)address;
    (void)size;
    assert_true(kind < GDB_BREAK_KINDS);
    host_breaks--;
    return GDB_OK;
}

void target_break_remove_all(void)
{
    host_breaks = 0;
}

void target_memory_map(struct gdb_document *document)
{
    gdb_document_print(document, "ram at %#x", HOST_RAM);
}

/* Long enough to be sent in parts. */
void target_libraries(struct gdb_document *document)
{
    for (int i = 0; i < 1000; i++) {
        gdb_document_print(document, "%04d ", i);
    }
}

bool target_file_open(const char *name, struct gdb_file *file)
{
    if (strcmp(name, "/bin/x") != 0) {
        return false;
    }
    *file = (struct gdb_file){
        .data = (const uint8_t *)file_text,
        .size = sizeof(file_text) - 1,
        .mode = 0100755,
    };
    return true;
}

void target_monitor(char *line)
{
    strcpy(host_command, line);
    gdb_print("did %s\n", line);
}
