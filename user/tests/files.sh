# The builtins that touch files. The last command reads what follows it.
cd /
pwd
cd /nosuch
pwd
cat /nosuch /nosuch/either
ls /nosuch
map /nosuch
cat /
cat
these lines are read by cat,
not by the shell: exit 3
