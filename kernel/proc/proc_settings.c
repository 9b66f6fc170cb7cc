/* /proc/sys, and what run-times read of /sys: one number a file, with
 * Linux 6.1's formats and rights. What has no rule for writing can't be
 * written. */
#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "kernel/proc/proc_number.h"
#include "kernel/proc/proc_priv.h"
#include "kernel/process.h"
#include "mm/huge_pool.h"
#include "mm/settings.h"
#include "mm/user_copy.h"

#define DIRECTORY_MODE (S_IFDIR | 0555)
#define READ_MODE      (S_IFREG | 0444)
#define WRITE_MODE     (S_IFREG | 0644)

/* The most that counts of one write to a file of /proc/sys, and the size at
 * which Linux has no memory for it (KMALLOC_MAX_SIZE). */
#define WRITE_MAX      (PAGE_SIZE - 1)
#define WRITE_LIMIT    (4 * MIB)
#define TEXT_MAX       64

/* Linux's values for what Brix has one of, or no use for. */
#define PID_MAX_MIN    301
#define PID_MAX_MAX    (1 << 22)

/* A file: the word of VALUE_SIZE bytes at VALUE, which may be set from MIN to
 * MAX (of 32 bits alone), or a number that is made and perhaps set, or a text
 * of its own. */
struct setting {
    const char *path;
    void *value;
    size_t value_size;
    int64_t min, max;
    uint64_t (*number)(void);
    void (*set_number)(uint64_t number);
    size_t (*text)(char *to, size_t size);
    int (*set_text)(const char *text);
};

static const char *const large_page_words[] = {
    [LARGE_PAGES_ALWAYS] = "always",
    [LARGE_PAGES_MADVISE] = "madvise",
    [LARGE_PAGES_NEVER] = "never",
};

/* All words, that which counts in brackets. */
static size_t large_pages_text(char *to, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_COUNT(large_page_words); i++) {
        bool counts = i == (size_t)memory_settings.large_pages;
        bool is_last = i + 1 == ARRAY_COUNT(large_page_words);
        used += (size_t)snprintf(to + used, size - used, "%s%s%s%c",
                                 counts ? "[" : "", large_page_words[i],
                                 counts ? "]" : "", is_last ? '\n' : ' ');
    }
    return used;
}

static int set_large_pages(const char *text)
{
    size_t length = strlen(text);

    if (length > 0 && text[length - 1] == '\n') {
        length--;
    }
    for (size_t i = 0; i < ARRAY_COUNT(large_page_words); i++) {
        if (strlen(large_page_words[i]) == length &&
            strncmp(text, large_page_words[i], length) == 0) {
            memory_settings.large_pages = (enum large_pages)i;
            return 0;
        }
    }
    return -EINVAL;
}

/* The number that TEXT is, digits and perhaps an end of line: kstrtoul. */
static int parse_digits(const char *text, uint64_t *number)
{
    uint64_t value = 0;
    const char *at = text;

    for (; '0' <= *at && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return -ERANGE;
        }
        value = value * 10 + digit;
    }
    bool is_whole = at != text && (*at == '\0' || strcmp(at, "\n") == 0);
    if (!is_whole) {
        return -EINVAL;
    }
    *number = value;
    return 0;
}

static int set_huge_pages(const char *text)
{
    uint64_t count;
    int error = parse_digits(text, &count);

    if (error == 0) {
        huge_pool_resize(count);
    }
    return error;
}

static int set_huge_overcommit(const char *text)
{
    return parse_digits(text, &huge_pool.overcommit);
}

static uint64_t zero(void)
{
    return 0;
}

static uint64_t large_page_size(void)
{
    return LARGE_PAGE_SIZE;
}

static uint64_t threads_max(void)
{
    return thread_count_max;
}

static uint64_t huge_pages(void)
{
    return huge_pool.total;
}

static uint64_t reserved_huge_pages(void)
{
    return huge_pool.reserved;
}

static uint64_t surplus_huge_pages(void)
{
    return huge_pool.surplus;
}

#define INT(variable)  .value = &(variable), .value_size = sizeof(int32_t)
#define LONG(variable) .value = &(variable), .value_size = sizeof(uint64_t)
#define SYS_CPU        "sys/devices/system/cpu/"
#define SYS_THP        "sys/kernel/mm/transparent_hugepage/"
#define SYS_HUGE       "sys/kernel/mm/hugepages/hugepages-2048kB/"

static const struct setting sysctls[] = {
    {"proc/sys/vm/overcommit_memory", INT(memory_settings.overcommit),
     .max = OVERCOMMIT_NEVER},
    {"proc/sys/vm/max_map_count", INT(area_count_max), .max = INT32_MAX},
    {"proc/sys/vm/mmap_min_addr", LONG(memory_settings.map_min)},
    {"proc/sys/vm/legacy_va_layout", INT(memory_settings.legacy_layout),
     .max = INT32_MAX},
    {"proc/sys/vm/nr_hugepages", .number = huge_pages,
     .set_number = huge_pool_resize},
    {"proc/sys/vm/nr_overcommit_hugepages", LONG(huge_pool.overcommit)},
    {"proc/sys/kernel/randomize_va_space", INT(memory_settings.randomize),
     .min = INT32_MIN, .max = INT32_MAX},
    {"proc/sys/kernel/pid_max", INT(thread_number_end), .min = PID_MAX_MIN,
     .max = PID_MAX_MAX},
    {"proc/sys/kernel/threads-max", .number = threads_max},
    {"proc/sys/kernel/shmmax", LONG(shm_settings.size_max)},
    {"proc/sys/kernel/shmall", LONG(shm_settings.pages_max)},
    {"proc/sys/kernel/shmmni", INT(shm_settings.count_max),
     .max = IPC_OBJECTS_MAX},
};

static const struct setting sysfs_files[] = {
    {SYS_CPU "online", .number = zero},
    {SYS_CPU "possible", .number = zero},
    {SYS_THP "enabled", .text = large_pages_text, .set_text = set_large_pages},
    {SYS_THP "hpage_pmd_size", .number = large_page_size},
    {SYS_HUGE "nr_hugepages", .number = huge_pages, .set_text = set_huge_pages},
    {SYS_HUGE "nr_overcommit_hugepages", LONG(huge_pool.overcommit),
     .set_text = set_huge_overcommit},
    {SYS_HUGE "free_hugepages", .number = huge_pool_untouched},
    {SYS_HUGE "resv_hugepages", .number = reserved_huge_pages},
    {SYS_HUGE "surplus_hugepages", .number = surplus_huge_pages},
};

static size_t print(const struct setting *setting, char *to, size_t size)
{
    if (setting->text != NULL) {
        return setting->text(to, size);
    }
    if (setting->value_size == sizeof(int32_t)) {
        const int32_t *value = setting->value;
        return (size_t)snprintf(to, size, "%d\n", *value);
    }
    uint64_t number = setting->number != NULL
                          ? setting->number()
                          : *(const uint64_t *)setting->value;
    return (size_t)snprintf(to, size, "%llu\n", (unsigned long long)number);
}

static int64_t copy_text(const struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    char text[TEXT_MAX];
    size_t made = print(file->inode->context, text, sizeof(text));

    return proc_copy_text(text, made, offset, to, size);
}

/* A number is read from its beginning or not at all: proc_dointvec. */
static int64_t number_read(struct file *file, uint64_t offset, uaddr_t to,
                           size_t size)
{
    return offset == 0 ? copy_text(file, offset, to, size) : 0;
}

static int64_t text_read(struct file *file, uint64_t offset, uaddr_t to,
                         size_t size)
{
    return copy_text(file, offset, to, size);
}

static int64_t set_long(const struct setting *setting, uint64_t number,
                        int64_t used)
{
    if (setting->set_number != NULL) {
        setting->set_number(number);
    } else {
        *(uint64_t *)setting->value = number;
    }
    return used;
}

/* Takes the number in TEXT for SETTING. Returns the bytes that were used. */
static int64_t set_number(const struct setting *setting, const char *text,
                          size_t size)
{
    struct proc_number number;
    int64_t used = proc_number_parse(text, size, &number);

    if (used < 0) {
        return used;
    }
    if (setting->value_size != sizeof(int32_t)) {
        return number.is_negative ? -EINVAL
                                  : set_long(setting, number.magnitude, used);
    }
    if (number.magnitude > (uint64_t)INT32_MAX + number.is_negative) {
        return -EINVAL;
    }
    int64_t value = number.is_negative ? -(int64_t)number.magnitude
                                       : (int64_t)number.magnitude;
    if (value < setting->min || value > setting->max) {
        return -EINVAL;
    }
    *(int32_t *)setting->value = (int32_t)value;
    return used;
}

/* What is written behind the beginning is taken for done, and does nothing:
 * Linux's kernel.sysctl_writes_strict. */
static int64_t number_write(struct file *file, uint64_t offset, uaddr_t from,
                            size_t size)
{
    char text[WRITE_MAX];
    size_t count = MIN(size, sizeof(text));

    if (size >= WRITE_LIMIT) {
        return -ENOMEM;
    }
    if (copy_from_user(text, from, count) != 0) {
        return -EFAULT;
    }
    if (offset > 0 || size == 0) {
        return (int64_t)size;
    }
    int64_t used = set_number(file->inode->context, text, count);
    return used < 0 ? used : (int64_t)(size - count) + used;
}

/* One write is one word, wherever it is written. */
static int64_t text_write(struct file *file, uint64_t offset, uaddr_t from,
                          size_t size)
{
    (void)offset;
    const struct setting *setting = file->inode->context;
    char text[TEXT_MAX] = "";

    if (size == 0) {
        return 0;
    }
    size_t count = MIN(size, PAGE_SIZE);
    if (copy_from_user(text, from, MIN(count, sizeof(text) - 1)) != 0) {
        return -EFAULT;
    }
    int error = count < sizeof(text) ? setting->set_text(text) : -EINVAL;
    return error != 0 ? error : (int64_t)count;
}

/* Linux's sysctl_perm: the effective ids count, and the mode binds root, too.
 */
static int number_permission(struct place place, const struct credentials *who,
                             int wanted)
{
    struct credentials asking = *who;

    asking.user.file = who->user.effective;
    asking.group.file = who->group.effective;
    int granted =
        permission_bits(place.inode->mode, place_owner(place), &asking);
    return (wanted & ~granted) == 0 ? 0 : -EACCES;
}

/* Root has the permission, but what nobody can set is not opened for it. */
static int text_may_open(const struct inode *inode, int flags)
{
    bool can_set = (inode->mode & S_IWUSR) != 0;

    return can_set || !file_is_for_writing(flags) ? 0 : -EACCES;
}

static const struct inode_operations number_operations = {
    .seek = INODE_SEEK_DATA,
    .permission = number_permission,
    .read = number_read,
    .write = number_write,
};

static const struct inode_operations text_operations = {
    .seek = INODE_SEEK_DATA,
    .may_open = text_may_open,
    .read = text_read,
    .write = text_write,
};

/* The inode at PATH, with all folders on the way, or NULL. */
static struct inode *make_path(const char *path, uint32_t mode)
{
    struct inode *inode = inode_root();
    const char *slash;

    while ((slash = strchr(path, '/')) != NULL && inode != NULL) {
        inode =
            inode_ensure(inode, path, (size_t)(slash - path), DIRECTORY_MODE);
        path = slash + 1;
    }
    return inode == NULL ? NULL : inode_ensure(inode, path, strlen(path), mode);
}

static void add_all(const struct setting *settings, size_t count,
                    const struct inode_operations *operations, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        const struct setting *setting = &settings[i];
        bool can_set = setting->value != NULL || setting->set_text != NULL ||
                       setting->set_number != NULL;
        struct inode *inode =
            make_path(setting->path, can_set ? WRITE_MODE : READ_MODE);
        if (inode == NULL) {
            log_error("/%s: out of memory", setting->path);
            return;
        }
        inode->context = setting;
        inode->operations = operations;
        inode->size = size;
    }
}

void proc_add_settings(void)
{
    add_all(sysctls, ARRAY_COUNT(sysctls), &number_operations, 0);
    add_all(sysfs_files, ARRAY_COUNT(sysfs_files), &text_operations, PAGE_SIZE);
}
