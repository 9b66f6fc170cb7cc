#!/bin/sh
# instructions.sh PROGRAM [CASE...]: counts by callgrind how many instructions
# each case of the program, or each that is named, takes inside the calls of byte
# map and frames, a round.
set -eu

program=$1
shift
# shellcheck disable=SC2046 # one case a word
[ $# -gt 0 ] || set -- $("$program")
rounds=1000
calls='byte_map_alloc byte_map_alloc_aligned byte_map_free frame_alloc
    frame_free byte_map_free_count byte_map_largest_run_bound'

# At most so many, where there is a goal.
goal() {
    case $1 in
    page-magazine) echo 45 ;;
    page-lock*) echo 140 ;;
    frame*) echo 40 ;;
    hopeless*) echo 45 ;;
    free-count | largest-run-bound) echo 10 ;;
    esac
}

count() {
    counted=
    for call in $calls; do
        counted="$counted --toggle-collect=$call"
    done
    # shellcheck disable=SC2086 # one option a word
    valgrind --tool=callgrind --callgrind-out-file=/dev/null $counted \
        "$program" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'
}

printf '%-20s %12s %6s\n' case instructions goal
for name; do
    all=$(count "$name" $rounds)
    setup=$(count "$name" 0)
    printf '%s %s %s %s\n' "$name" "$all" "$setup" "$(goal "$name")"
done | awk -v rounds=$rounds '{
    each = ($2 - $3) / rounds
    verdict = $4 == "" ? "" : each <= $4 ? "ok" : "MISSED"
    printf "%-20s %12.1f %6s %s\n", $1, each, $4, verdict
}'
