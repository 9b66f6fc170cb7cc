/* The clock and the order of what is looked at. */
#include "drivers/usb/usb_poll.h"

#include "drivers/clock.h"
#include "drivers/usb/usb.h"
#include "drivers/usb/xhci.h"

static bool is_polling;

void usb_poll(void)
{
    if (is_polling || !xhci_is_there()) {
        return;
    }
    is_polling = true;
    uint64_t now = clock_nanoseconds();
    usb_devices_poll(now);
    xhci_poll(now);
    is_polling = false;
}

bool usb_is_polling(void)
{
    return is_polling;
}

void usb_poll_anew(void)
{
    is_polling = false;
}
