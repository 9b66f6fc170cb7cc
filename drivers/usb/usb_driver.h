/* The drivers of USB devices: what the core tells them. */
#pragma once

#include "drivers/usb/usb_host.h"

struct usb_driver {
    const char *name;
    /* DEVICE is configured, and is the driver's from now on. */
    void (*start)(struct usb_device *device);
    /* What it has begun for DEVICE (usb_host.h) has ended. */
    void (*done)(struct usb_device *device, int status, size_t size);
    void (*pipe_done)(struct usb_device *device, enum usb_pipe pipe,
                      size_t size);
    void (*poll)(struct usb_device *device, uint64_t now);
    /* DEVICE goes. */
    void (*stop)(struct usb_device *device);
};

extern const struct usb_driver usb_hub_driver;
extern const struct usb_driver usb_keyboard_driver;
extern const struct usb_driver usb_ftdi_driver;
extern const struct usb_driver usb_acm_driver;

/* The driver that has DEVICE, or NULL. */
const struct usb_driver *usb_driver_of(const struct usb_device *device);

/* Begins what usb_done ends: for DEVICE, which is not busy. */
void usb_begin(struct usb_device *device);

/* Begins a control transfer for DEVICE, which is not busy. */
void usb_control(struct usb_device *device, const struct usb_setup *setup);

/* Begins to set up DEVICE, which is new. */
void usb_set_up(struct usb_device *device);

/* The bus is free for the next new device. */
void usb_let_bus_go(struct usb_device *device);

/* Time, as the core was told last. */
uint64_t usb_now(void);
