/* The USB core and the drivers of keyboards and hubs, against devices that are
 * as they should be and others. */
#include "drivers/usb/usb_serial_priv.h"
#include "test/host/random.h"
#include "test/host/usb_fixture.h"

#define ROUNDS 2000
#define STEPS  300

static struct usb_device *set_up(enum usb_speed speed, const uint8_t *device,
                                 const uint8_t *configuration, size_t size)
{
    struct usb_device *it = plug_in(speed);

    assert_non_null(it);
    end_control(it, 0, NULL, 0);
    end_control(it, 0, device, 18);
    if (speed == USB_SPEED_FULL && device[7] != 8) {
        end_control(it, 0, NULL, 0);
    }
    end_control(it, 0, device, 18);
    end_control(it, 0, configuration, size);
    end_control(it, 0, configuration, size);
    end_control(it, 0, NULL, 0);
    assert_int_equal(running_of(it)->setup.request, 9);
    assert_int_equal(running_of(it)->setup.value, configuration[5]);
    end_control(it, 0, NULL, 0);
    assert_int_equal(it->step, USB_STEP_DRIVER);
    return it;
}

static struct usb_device *set_up_keyboard(void)
{
    struct usb_device *it =
        set_up(USB_SPEED_LOW, keyboard_device, keyboard, sizeof(keyboard));
    assert_int_equal(it->function.kind, USB_KIND_KEYBOARD);
    assert_int_equal(running_of(it)->setup.index, 1);
    end_control(it, 0, NULL, 0);
    end_control(it, -EPIPE, NULL, 0); /* it has no idle rate */
    assert_true(running_of(it)->pipes[USB_PIPE_IN]);
    return it;
}

static void assert_typed(const uint8_t *scancodes, size_t count)
{
    assert_int_equal(typed_count, count);
    assert_memory_equal(typed, scancodes, count);
    typed_count = 0;
}
#define ASSERT_TYPED(...)                                                      \
    assert_typed((const uint8_t[]){__VA_ARGS__},                               \
                 sizeof((const uint8_t[]){__VA_ARGS__}))

static void report(struct usb_device *it, const char *bytes)
{
    end_pipe(it, USB_PIPE_IN, 0, bytes, 8);
}

static void test_keyboard(void **state)
{
    (void)state;
    struct usb_device *it = set_up_keyboard();

    report(it, "\2\0\4\0\0\0\0\0");
    ASSERT_TYPED(0x2a, 0x1e);
    report(it, "\0\0\4\x52\0\0\0\0");
    ASSERT_TYPED(0xaa, 0xe0, 0x48);
    report(it, "\7\0\1\1\1\1\1\1"); /* too many keys: nothing is known */
    end_pipe(it, USB_PIPE_IN, 0, "\0\0\0\0\0\0\0", 7);
    ASSERT_TYPED();
    report(it, "\0\0\x52\xff\xa7\0\0\0");
    ASSERT_TYPED(0x9e);
    usb_devices_poll(now + HID_REPEAT_DELAY - 1);
    ASSERT_TYPED();
    usb_devices_poll(now + HID_REPEAT_DELAY);
    usb_devices_poll(now + HID_REPEAT_DELAY + 1);
    ASSERT_TYPED(0xe0, 0x48);
    usb_devices_poll(now + HID_REPEAT_DELAY + HID_REPEAT_INTERVAL);
    ASSERT_TYPED(0xe0, 0x48);
    unplug();
    ASSERT_TYPED(0xe0, 0xc8);
}

static void test_each_modifier_and_key(void **state)
{
    (void)state;
    struct hid_keyboard hid = {.repeating = 0};
    uint8_t codes[HID_SCANCODES_MAX];
    const uint8_t all[] = {0xff, 0, 4, 0x52, 0x4f, 0x50, 0x51, 0x4a};

    assert_int_equal(hid_keyboard_report(&hid, all, 8, 0, codes), 12 + 11);
    assert_int_equal(hid_keyboard_release(&hid, codes), 11 + 12);
    for (unsigned key = 0; key <= UINT8_MAX; key++) {
        uint8_t one[8] = {0, 0, (uint8_t)key};
        size_t count = hid_keyboard_report(&hid, one, 8, 0, codes);
        assert_true(count <= 2 && (key != 0 || count == 0));
        assert_true(count == 0 || codes[count - 1] < 0x80);
        hid_keyboard_release(&hid, codes);
    }
}

static void test_leds(void **state)
{
    (void)state;
    struct usb_device *it = set_up_keyboard();

    leds = HID_LED_CAPS_LOCK;
    usb_devices_poll(++now);
    assert_int_equal(running_of(it)->setup.request, 9);
    assert_int_equal(running_of(it)->control[0], HID_LED_CAPS_LOCK);
    leds = 0;
    usb_devices_poll(++now); /* one thing at a time */
    end_control(it, 0, NULL, 0);
    usb_devices_poll(++now);
    assert_int_equal(running_of(it)->control[0], 0);
    end_control(it, -EIO, NULL, 0);
    assert_int_equal(it->state, USB_DEVICE_LIVING);
    unplug();
}

static void test_a_keyboard_with_errors_is_given_up(void **state)
{
    (void)state;
    struct usb_device *it = set_up_keyboard();

    for (int i = 0; i < 7; i++) {
        end_pipe(it, USB_PIPE_IN, -EIO, "", 0);
    }
    report(it, "\0\0\0\0\0\0\0\0");
    for (int i = 0; i < 8; i++) {
        assert_int_equal(it->state, USB_DEVICE_LIVING);
        end_pipe(it, USB_PIPE_IN, -EPIPE, "", 0);
    }
    assert_int_equal(it->state, USB_DEVICE_LEAVING);
    assert_int_equal(root_port.state, USB_PORT_SETTLING);
    typed_count = 0;
    unplug();
}

/* What answers nothing is tried three times, and holds the bus no longer. */
static void test_a_silent_device(void **state)
{
    (void)state;
    for (unsigned attempt = 0; attempt < 3; attempt++) {
        struct usb_device *it = plug_in(USB_SPEED_FULL);
        assert_non_null(it);
        assert_true(host.is_held);
        now += 5001 * MILLISECOND;
        usb_devices_poll(now);
        assert_false(host.is_held);
        assert_int_equal(it->state, USB_DEVICE_LEAVING);
        end_control(it, 0, NULL, 0); /* too late */
        end_release(it);
    }
    assert_null(plug_in(USB_SPEED_FULL));
    assert_int_equal(root_port.state, USB_PORT_BROKEN);
    unplug();
}

static void test_a_reset_that_does_not_end(void **state)
{
    (void)state;
    const struct usb_port_status status = {.is_connected = true};

    (void)pass(1, status, USB_SPEED_HIGH);
    assert_true(pass(101, status, USB_SPEED_HIGH));
    assert_true(host.is_held);
    assert_false(pass(999, status, USB_SPEED_HIGH));
    assert_true(host.is_held);
    assert_false(pass(1, status, USB_SPEED_HIGH));
    assert_false(host.is_held);
    unplug();
}

static void ask_hub(struct usb_device *it, unsigned port, unsigned status,
                    unsigned changes)
{
    const uint8_t bytes[] = {(uint8_t)status, (uint8_t)(status >> 8),
                             (uint8_t)changes, 0};

    now += 120 * MILLISECOND;
    usb_devices_poll(now);
    assert_int_equal(running_of(it)->setup.request, 0);
    assert_int_equal(running_of(it)->setup.index, port);
    end_control(it, 0, bytes, 4);
    for (; changes != 0; changes &= changes - 1) {
        assert_int_equal(running_of(it)->setup.value,
                         16 + __builtin_ctz(changes));
        end_control(it, 0, NULL, 0);
    }
}

static void test_hub(void **state)
{
    (void)state;
    struct usb_device *it =
        set_up(USB_SPEED_HIGH, hub_device, hub, sizeof(hub));

    end_control(it, 0, hub_descriptor, sizeof(hub_descriptor));
    for (int i = 0; i < 5; i++) { /* the host is told, four ports have power */
        end_control(it, 0, NULL, 0);
    }
    ask_hub(it, 1, 0x100, 0);
    ask_hub(it, 2, 0x301, 1); /* a device of low speed */
    ask_hub(it, 3, 0x100, 0);
    ask_hub(it, 4, 0x100, 0);
    now += 101 * MILLISECOND;
    usb_devices_poll(now);
    assert_int_equal(running_of(it)->setup.value, 4);
    end_control(it, 0, NULL, 0);
    ask_hub(it, 2, 0x303, 0x10);
    now += 11 * MILLISECOND;
    usb_devices_poll(now);
    struct usb_device *child = it->as_hub.ports[1].device;
    assert_non_null(child);
    struct usb_place place = usb_place_of(child);
    assert_int_equal(place.route, 2);
    assert_int_equal(place.root_port, 3);
    assert_ptr_equal(place.translator, it);
    assert_int_equal(place.translator_port, 2);

    end_pipe(it, USB_PIPE_IN, 0, "\4", 1); /* it is pulled out */
    ask_hub(it, 2, 0x100, 1);
    assert_int_equal(child->state, USB_DEVICE_LEAVING);
    assert_false(host.is_held);
    unplug();
}

static const char *sent_to(const struct usb_device *it, size_t size)
{
    assert_true(running_of(it)->pipes[USB_PIPE_OUT]);
    assert_int_equal(running_of(it)->pipe_sizes[USB_PIPE_OUT], size);
    return (const char *)running_of(it)->buffers[USB_PIPE_OUT];
}

static void put(const char *text)
{
    size_t size = strlen(text);
    assert_int_equal(byte_queue_put(&usb_serial_line.output, text, size), size);
}

static void assert_input(const char *text)
{
    struct byte_queue *input = &usb_serial_line.input;
    assert_int_equal(byte_queue_run(input), strlen(text));
    assert_memory_equal(&input->bytes[input->start], text, strlen(text));
    byte_queue_drop(input, strlen(text));
}

static void test_ftdi(void **state)
{
    (void)state;
    static const uint8_t packet[64];
    struct usb_device *it =
        set_up(USB_SPEED_FULL, ftdi_device, ftdi, sizeof(ftdi));

    put("early");
    while (running_of(it)->is_begun) {
        assert_false(running_of(it)->pipes[USB_PIPE_OUT]);
        end_control(it, 0, NULL, 0);
    }
    assert_memory_equal(sent_to(it, 5), "early", 5);
    put("late");
    end_pipe(it, USB_PIPE_OUT, 0, NULL, 3);
    assert_memory_equal(sent_to(it, 6), "lylate", 6);
    end_pipe(it, USB_PIPE_OUT, 0, NULL, 6);
    end_pipe(it, USB_PIPE_IN, 0, "\1\x60", 2); /* nothing but the status */
    end_pipe(it, USB_PIPE_IN, 0, "\1", 1);
    end_pipe(it, USB_PIPE_IN, 0, "\1\x60hello", 7);
    assert_input("hello");
    for (unsigned i = 0; running_of(it)->pipes[USB_PIPE_IN]; i++) {
        assert_true(i < BYTE_QUEUE_SIZE);
        end_pipe(it, USB_PIPE_IN, 0, packet, 64); /* until nobody reads */
    }
    byte_queue_drop(&usb_serial_line.input, usb_serial_line.input.count);
    usb_devices_poll(++now);
    assert_true(running_of(it)->pipes[USB_PIPE_IN]);
    unplug();
    assert_null(usb_serial_line.device);
}

static void test_acm(void **state)
{
    (void)state;
    struct usb_device *it =
        set_up(USB_SPEED_FULL, acm_device, acm, sizeof(acm));

    assert_int_equal(it->function.pipes[USB_PIPE_IN].address, 0x81);
    assert_int_equal(running_of(it)->setup.request, 0x20);
    assert_int_equal(running_of(it)->setup.index, 2);
    assert_memory_equal(running_of(it)->control, "\0\xc2\1\0\0\0\10", 7);
    end_control(it, -EPIPE, NULL, 0);
    end_control(it, 0, NULL, 0);
    end_pipe(it, USB_PIPE_IN, 0, "ab", 2);
    assert_input("ab");
    unplug();
}

static void test_no_driver(void **state)
{
    (void)state;
    static const uint8_t mouse[] = {9,
                                    2,
                                    25,
                                    0,
                                    1,
                                    1,
                                    0,
                                    0xa0,
                                    50,
                                    INTERFACE(0, 3, 1, 2),
                                    ENDPOINT(0x81, 3, 4)};
    struct usb_device *it = plug_in(USB_SPEED_LOW);

    end_control(it, 0, NULL, 0);
    end_control(it, 0, keyboard_device, 18);
    end_control(it, 0, keyboard_device, 18);
    end_control(it, 0, mouse, sizeof(mouse));
    end_control(it, 0, mouse, sizeof(mouse));
    assert_false(host.is_held);
    assert_int_equal(it->state, USB_DEVICE_LIVING);
    now += 60000 * MILLISECOND;
    usb_devices_poll(now);
    assert_int_equal(it->state, USB_DEVICE_LIVING);
    unplug();
}

/* Each length of each descriptor is wrong once, and the end comes anywhere. */
static void test_broken_descriptors(void **state)
{
    (void)state;
    struct usb_identity identity;
    struct usb_function function;
    static const uint8_t lengths[] = {0, 1, 2, 8, 254, 255};

    assert_true(usb_read_device(keyboard_device, 18, &identity));
    for (size_t size = 0; size <= sizeof(keyboard); size++) {
        uint8_t *exact = malloc(size + 1);
        memcpy(exact + 1, keyboard, size);
        function = usb_find_function(&identity, exact + 1, size);
        assert_int_equal(function.kind, size == sizeof(keyboard)
                                            ? USB_KIND_KEYBOARD
                                            : USB_KIND_NONE);
        free(exact);
    }
    for (size_t at = 0; at < sizeof(keyboard); at += keyboard[at]) {
        for (size_t i = 0; i < ARRAY_COUNT(lengths); i++) {
            uint8_t bytes[sizeof(keyboard)];
            memcpy(bytes, keyboard, sizeof(bytes));
            bytes[at] = lengths[i];
            function = usb_find_function(&identity, bytes, sizeof(bytes));
            assert_true(lengths[i] == 8 || at == 9 ||
                        function.kind == USB_KIND_NONE);
        }
    }
    assert_false(usb_read_device(keyboard_device, 7, &identity));
    assert_false(usb_read_device(keyboard, 18, &identity));
    assert_int_equal(usb_configuration_size(keyboard, 8), 0);
}

static uint64_t seed;

static size_t draw(size_t limit)
{
    return random_below(&seed, limit);
}

static void test_random_devices(void **state)
{
    (void)state;
    unsigned children = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        seed = round + 1;
        children += play(draw, STEPS);
    }
    assert_true(children > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keyboard),
        cmocka_unit_test(test_each_modifier_and_key),
        cmocka_unit_test(test_leds),
        cmocka_unit_test(test_a_keyboard_with_errors_is_given_up),
        cmocka_unit_test(test_a_silent_device),
        cmocka_unit_test(test_a_reset_that_does_not_end),
        cmocka_unit_test(test_hub),
        cmocka_unit_test(test_ftdi),
        cmocka_unit_test(test_acm),
        cmocka_unit_test(test_no_driver),
        cmocka_unit_test(test_broken_descriptors),
        cmocka_unit_test(test_random_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
