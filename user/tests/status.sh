# The status of the shell is what exit says, modulo 256.
echo before
exit 263
echo never
