; void signal_return(void): where a signal's handler returns to. Never called.
;
; in: rsp -> the frame that the kernel made for the handler, its return address
;     taken off

%include "linux.inc"

section .text
global signal_return
signal_return:
    mov eax, SYS64_rt_sigreturn
    syscall                     ; never returns

section .note.GNU-stack noalloc noexec nowrite progbits
