# What shells are for: pipelines, substitution, loops in pipes, background jobs,
# traps, subshells. Both systems' busybox runs it, and says the same.
echo hi | cat | wc -c
both=$(echo one; echo two)
echo "$both"
for i in 1 2 3; do echo $i; done | while read -r line; do echo "got $line"; done
(sleep 0.1; echo background) &
wait
trap 'echo trapped' TERM
kill -TERM $$
echo done | grep -q done && echo found
seq 1 2000 | sort -rn | head -3
seq 1 100000 | head -1
yes | head -100000 | wc -l
dd if=/dev/zero bs=1000 count=1000 2>/dev/null | md5sum
(exit 7)
echo "status $?"
sh -c 'kill -KILL $$'
echo "status $?"
(sleep 100 & kill $!; wait $!; echo "killed $?")
i=0
while [ $i -lt 50 ]; do x=$(echo $i | tr 0-9 a-j); i=$((i + 1)); done
echo "last $x"
