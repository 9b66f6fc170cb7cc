# Programs, how they end, and what the shell says of it.
hello64
hello32
hello_pie
mmap8_fault
crash null
crash32 divide
crash illegal
crash
/nosuch/program
/
time
