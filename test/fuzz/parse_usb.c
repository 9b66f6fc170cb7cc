/* libFuzzer: USB devices that answer what the input says. */
#include "test/host/usb_fixture.h"

#define STEPS 64u

static const uint8_t *input, *input_end;

/* Behind the input's end all is 0. */
static size_t draw(size_t limit)
{
    return input == input_end ? 0 : *input++ % limit;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct usb_identity identity = {.vendor = 0x0403, .product = 0x6001};

    input = data;
    input_end = data + size;
    (void)play(draw, STEPS);
    (void)usb_find_function(&identity, data, size);
    if (usb_read_device(data, size, &identity)) {
        (void)usb_find_function(&identity, data, size);
    }
    return 0;
}
