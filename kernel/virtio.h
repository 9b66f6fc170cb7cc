/* The consoles of virtio, which the option virtio= asks for. */
#pragma once

/* Finds them, and gives the first to the console as its line, and the second as
 * its line for errors. To be called when interrupts are set up. */
void virtio_consoles_init(void);
