/* A program that does all that a program can do to the kernel, at random:
 *
 *     victim SEED COUNT
 *
 * calls by each door that it has, with structures, names and addresses of all
 * kinds, runs bytes that are no code, and returns from signals with registers
 * that nobody can have. What faults goes on with the next call, as long as it
 * can. */
#define _GNU_SOURCE /* REG_* */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "draw.h"

#define ARGUMENTS       6
#define SAY_EVERY       64
#define STACK_SIZE      (16 * PAGE)
#define CODE_SIZE       64
#define CHILD_CALLS     64
#define NUMBER_LIMIT    480 /* of system calls, and a few more */
#define LDT_WRITE       0x11
#define DESCRIPTOR_SIZE 16
#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))

enum door {
    DOOR_SYSCALL,
    DOOR_INTERRUPT,
    DOORS
};

/* A call that is worth more than chance: its number at each door, and what its
 * arguments are. */
struct call {
    int number[DOORS];
    char arguments[ARGUMENTS + 1];
};

/* a address, l length, p rights, m MAP_*, r MREMAP_*, v advice, f few bits, n
 * number, d descriptor, s path, b buffer, g signal, i process, w WNOHANG, t
 * what modify_ldt does, e a segment, u its size, o O_* of pipes */
static const struct call calls[] = {
    {{9, 192}, "alpmdn"},  {{9, 192}, "alpmdn"}, {{9, 192}, "alpmdn"},
    {{11, 91}, "al"},      {{11, 91}, "al"},     {{10, 125}, "alp"},
    {{25, 163}, "allra"},  {{25, 163}, "allra"}, {{28, 219}, "alv"},
    {{28, 219}, "alv"},    {{12, 45}, "a"},      {{26, 144}, "alf"},
    {{27, 218}, "ala"},    {{149, 150}, "al"},   {{150, 151}, "al"},
    {{151, 152}, "f"},     {{152, 153}, ""},     {{325, 376}, "alf"},
    {{216, 257}, "alfnf"}, {{2, 5}, "sff"},      {{257, 295}, "dsff"},
    {{3, 6}, "d"},         {{0, 3}, "dal"},      {{1, 4}, "dal"},
    {{17, 180}, "dalnn"},  {{18, 181}, "dalnn"}, {{19, 145}, "dbn"},
    {{20, 146}, "dbn"},    {{8, 19}, "dnf"},     {{16, 54}, "dnb"},
    {{4, 195}, "sa"},      {{5, 197}, "da"},     {{89, 85}, "sal"},
    {{217, 220}, "dal"},   {{32, 41}, "d"},      {{33, 63}, "dd"},
    {{72, 221}, "dfn"},    {{13, 174}, "gbbn"},  {{14, 175}, "fbbn"},
    {{131, 186}, "bb"},    {{15, 173}, ""},      {{127, 176}, "an"},
    {{97, 76}, "fa"},      {{160, 75}, "fb"},    {{302, 340}, "ifba"},
    {{158, 384}, "na"},    {{205, 243}, "b"},    {{211, 244}, "b"},
    {{59, 11}, "sbb"},     {{58, 190}, ""},      {{61, 114}, "iawa"},
    {{318, 355}, "alf"},   {{135, 136}, "n"},    {{80, 12}, "s"},
    {{79, 183}, "al"},     {{273, 311}, "an"},   {{218, 258}, "a"},
    {{157, 172}, "nnnnn"}, {{-1, 90}, "b"},      {{-1, 7}, "iaf"},
    {{-1, 119}, ""},       {{-1, 140}, "dnnaf"}, {{56, 120}, "naaaa"},
    {{154, 123}, "teu"},   {{293, 331}, "bo"},
};

/* What waits, mostly for ever: pause, sigsuspend, nanosleep, select, poll. */
static const int waits[DOORS][7] = {
    {34, 130, 35, 230, 23, 270, 7},
    {29, 179, 162, 267, 142, 308, 72},
};

/* What ends the program, and what would end more than itself when it is root:
 * kill and its like, prlimit64, reboot. */
static const int ends[DOORS][2] = {{60, 231}, {1, 252}};
static const int spared[DOORS][8] = {
    {62, 200, 234, 129, 297, 302, 169, 112},
    {37, 238, 270, 178, 335, 340, 88, 66},
};

/* clone and vfork of both doors: what they answer to the child is 0. */
static const int births[] = {56, 58, 120, 190};

static sigjmp_buf again;
static unsigned done;

#ifdef __x86_64__
static word enter(enum door door, word number, const word *a)
{
    word result = number;
    register word r10 __asm__("r10") = a[3];
    register word r8 __asm__("r8") = a[4];
    register word r9 __asm__("r9") = a[5];

    if (door == DOOR_SYSCALL) {
        __asm__ volatile("syscall"
                         : "+a"(result), "+r"(r10), "+r"(r8), "+r"(r9)
                         : "D"(a[0]), "S"(a[1]), "d"(a[2])
                         : "rcx", "r11", "memory");
        return result;
    }
    __asm__ volatile("pushq %%rbp\n"
                     "movq %[sixth], %%rbp\n"
                     "int $0x80\n"
                     "popq %%rbp"
                     : "+a"(result), "+r"(r10), "+r"(r8), "+r"(r9)
                     : "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]),
                       "D"(a[4]), [sixth] "r"(r9)
                     : "r11", "memory");
    return result;
}
#else
static word enter(enum door door, word number, const word *a)
{
    const word all[] = {number, a[0], a[1], a[2], a[3], a[4], a[5]};
    const word *result = all;

    (void)door;
    __asm__ volatile("pushl %%ebp\n"
                     "pushl %%ebx\n"
                     "movl 4(%%eax), %%ebx\n"
                     "movl 8(%%eax), %%ecx\n"
                     "movl 12(%%eax), %%edx\n"
                     "movl 16(%%eax), %%esi\n"
                     "movl 20(%%eax), %%edi\n"
                     "movl 24(%%eax), %%ebp\n"
                     "movl (%%eax), %%eax\n"
                     "int $0x80\n"
                     "popl %%ebx\n"
                     "popl %%ebp"
                     : "+a"(result)
                     :
                     : "ecx", "edx", "esi", "edi", "memory");
    return (word)result;
}
#endif

static word map_flags(void)
{
    static const word usual[] = {0x22,    0x22, 0x21,  0x32,     0x31, 0x8022,
                                 0x40022, 0x2,  0x122, 0x100022, 0x62};

    return usual[draw_below(COUNT(usual))] | (draw_one_of(4) ? draw_bits() : 0);
}

static word argument(char kind)
{
    switch (kind) {
    case 'a':
        return draw_address();
    case 'l':
        return draw_length();
    case 'p':
        return draw_one_of(16) ? draw_number() : draw_below(8);
    case 'm':
        return map_flags();
    case 'r':
        return draw_below(8);
    case 'v':
        return draw_below(28);
    case 'f':
        return draw_bits();
    case 'd':
        return draw_one_of(8) ? -draw_below(104) : draw_below(12);
    case 's':
        return draw_path();
    case 'b':
        return draw_buffer();
    case 'g':
        return draw_below(66);
    case 'w':
        return draw_below(8) | 1;
    case 't':
        return draw_one_of(8) ? draw_below(0x14) : LDT_WRITE;
    case 'e':
        return draw_descriptor();
    case 'o':
        return O_NONBLOCK | (draw_one_of(4) ? draw_bits() : 0);
    case 'u':
        return draw_one_of(16) ? draw_number() : DESCRIPTOR_SIZE;
    case 'i':
        return draw_one_of(2) ? 0 : draw_below(64);
    default:
        return draw_number();
    }
}

static int is_among(word number, const int *list, size_t count)
{
    size_t i = 0;

    while (i < count && (word)list[i] != number) {
        i++;
    }
    return i < count;
}

static int is_wanted(enum door door, word number)
{
    if (is_among(number, ends[door], COUNT(ends[door])) ||
        is_among(number, waits[door], COUNT(waits[door]))) {
        return draw_one_of(64);
    }
    return geteuid() != 0 ||
           !is_among(number, spared[door], COUNT(spared[door]));
}

static void live_as_child(void);

static void call_once(void)
{
    enum door door =
        draw_one_of(2) && sizeof(word) > 4 ? DOOR_SYSCALL : DOOR_INTERRUPT;
    const struct call *call = &calls[draw_below(COUNT(calls))];
    const char *kinds = call->arguments;
    word number = (word)(long)call->number[door];
    word arguments[ARGUMENTS] = {0};

    if (draw_one_of(8)) {
        number = draw_one_of(16) ? draw_number() : draw_below(NUMBER_LIMIT);
        kinds = "anbdfs";
    }
    for (size_t i = 0; i < ARGUMENTS; i++) {
        char kind = i < strlen(kinds) ? kinds[i] : 'n';
        arguments[i] =
            argument(draw_one_of(16) ? "andblsf"[draw_below(7)] : kind);
    }
    if (is_wanted(door, number)) {
        word result = enter(door, number, arguments);
        draw_note(result);
        if (result == 0 && is_among(number, births, COUNT(births))) {
            live_as_child();
        }
    }
}

/* In the memory of a parent that waits. */
static void live_as_child(void)
{
    word count = draw_below(CHILD_CALLS);

    while (count-- > 0) {
        call_once();
    }
    _exit(0);
}

/* Bytes that are no code, or code that is no good. */
static void run_bytes(void)
{
    static const unsigned char starts[][4] = {
        {0xcd, 0x80},
        {0x0f, 0x05},
        {0x0f, 0x34},
        {0xf4},
        {0x0f, 0x01},
        {0xcf},
        {0x48, 0xcf},
        {0xcb},
        {0x0f, 0x00},
        {0x8e},
        {0x0f, 0x22},
        {0x0f, 0x30},
        {0xec},
        {0xcd},
        {0x9c, 0x9d},
        {0x0f, 0xae},
        {0xf3, 0x0f, 0xae},
        {0xea},
        {0xff},
        {0xc5},
    };
    unsigned char *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code == MAP_FAILED) {
        return;
    }
    for (size_t i = 0; i < CODE_SIZE; i++) {
        code[i] = (unsigned char)draw_below(256);
    }
    if (draw_one_of(2)) {
        memcpy(code, starts[draw_below(COUNT(starts))], 4);
    }
    ((void (*)(void))code)();
    munmap(code, PAGE);
}

/* Goes on with other registers than those that the fault left. */
static void change_context(ucontext_t *context)
{
    size_t count = draw_below(4);

    for (size_t i = 0; i < count; i++) {
        size_t at = draw_below(NGREG);
        context->uc_mcontext.gregs[at] =
            (greg_t)(draw_one_of(2) ? draw_address() : draw_number());
    }
    if (draw_one_of(4)) {
        context->uc_mcontext.fpregs = (fpregset_t)draw_address();
    } else if (context->uc_mcontext.fpregs != NULL) {
        word *words = (word *)context->uc_mcontext.fpregs;
        words[draw_below(PAGE / sizeof(word) / 2)] = draw_number();
    }
    if (draw_one_of(4)) {
        ((word *)context)[draw_below(sizeof(*context) / sizeof(word))] =
            draw_number();
    }
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    if (draw_one_of(4)) {
        change_context(context);
        return;
    }
    siglongjmp(again, 1);
}

/* What calls have changed of signals is put right from time to time. */
static void catch_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                                 SIGTRAP, SIGABRT, SIGSYS, SIGUSR1};
    static char *memory;

    if (memory == NULL) {
        memory = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    const stack_t stack = {.ss_sp = memory, .ss_size = STACK_SIZE};
    sigset_t none;
    struct sigaction action = {.sa_sigaction = on_signal};

    action.sa_flags = SA_SIGINFO | (draw_one_of(4) ? 0 : SA_ONSTACK) |
                      (draw_one_of(4) ? SA_NODEFER : 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < COUNT(faults); i++) {
        sigaction(faults[i], &action, NULL);
    }
}

/* A segment of whatever table, in a register that C does without. */
static void load_segment(void)
{
    unsigned selector = (unsigned)draw_below(draw_one_of(8) ? 0x10000 : 0x90);

    if (sizeof(word) > 4) {
        __asm__ volatile("movl %0, %%es" : : "r"(selector));
        __asm__ volatile("movl %0, %%gs" : : "r"(selector));
    } else {
        __asm__ volatile("movl %0, %%fs" : : "r"(selector));
    }
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 0;

    draw_seed(argc > 1 ? strtoull(argv[1], NULL, 0) : 1);
    sigsetjmp(again, 1);
    while (done < count) {
        if (done++ % SAY_EVERY == 0) {
            draw_say_progress(done);
            catch_faults();
        }
        switch (draw_below(256)) {
        case 0:
            run_bytes();
            break;
        case 1:
            raise(SIGUSR1);
            break;
        case 2:
            load_segment();
            break;
        case 3:
            *(volatile word *)draw_address() = draw_number();
            break;
        default:
            call_once();
        }
    }
    draw_say_progress(done);
    return EXIT_SUCCESS;
}
