/* libFuzzer: what comes over a debugger's line. Each line of the input is a
 * packet, well-framed unless it begins with a blank; after all of them the stub
 * still answers. */
#include "test/host/gdb_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void serve(void)
{
    struct gdb_resume how;

    host_serve(&how);
    host_output_size = 0;
}

static void feed(const uint8_t *line, size_t size)
{
    if (size > 0 && line[0] == ' ') {
        host_feed(line + 1, size - 1);
    } else {
        host_feed_packet(line, size);
    }
    serve();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = data + MIN(size, (size_t)(HOST_LINE_MAX / 4));

    host_reset();
    gdb_wire_reset();
    while (data < end) {
        const uint8_t *line_end = memchr(data, '\n', (size_t)(end - data));
        line_end = line_end == NULL ? end : line_end;
        feed(data, (size_t)(line_end - data));
        data = line_end + 1;
    }
    host_feed("#00", 3);
    serve();
    gdb_wire_reset();
    if (strncmp(host_ask("qSupported"), "PacketSize=", 11) != 0) {
        abort();
    }
    return 0;
}
