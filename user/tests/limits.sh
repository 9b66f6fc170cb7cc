# Limits and layouts that programs inherit.
ulimit -s
ulimit -s 4096; ulimit -s
ulimit -v 1048576; ulimit -v
ulimit -s unlimited
ulimit -x
ulimit -s many
ulimit -s 99999999999999999999
setarch
setarch -Q hello64
setarch -R hello64
setarch -R -L hello_pie
setarch -R crash null
