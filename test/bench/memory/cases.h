/* The cases that need more than a line or two. */
#pragma once

#define RANDOM_TOUCH_PAGES 2048 /* 8 MiB */
void random_touch_prepare(void);
void random_touch_run(void);
void random_touch_undo(void);
void random_touch_finish(void);

/* Of one page each, with other rights than their neighbours'. */
#define MANY_AREAS 1000
void many_areas_prepare(void);
void many_areas_run(void);
void many_areas_finish(void);

/* mremap of 16 MiB: one page more, where the next page is free. */
void grow_prepare(void);
void grow_run(void);
void grow_undo(void);
void grow_finish(void);

/* The same, all touched, from one place to another and, next time, back. */
void move_prepare(void);
void move_run(void);
void move_finish(void);
