/* Why a non-maskable interrupt came, as far as a PC can say. */
#pragma once

/* What the hardware reports as broken, or NULL when it reports nothing: then it
 * was a button, a management controller, or QEMU's monitor. */
const char *nmi_error(void);
