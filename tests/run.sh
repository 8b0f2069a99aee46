#!/bin/sh
# run.sh [outside]: runs the files of checks, by $TEST_SHELL or sh, and adds up.
# outside leaves out the files that know how these two programs are made.
unset CDPATH
cd "$(dirname "$0")" || exit 1
files='hello bytes clients endings'
[ "${1:-}" = outside ] || files="$files usage sequence failures"
passed=0 failed=0
for file in $files; do
    printf '%-10s' "$file"
    output=$(${TEST_SHELL:-sh} "./$file.sh")
    status=$?
    # The last line of each file is its result, "N passed, N failed".
    result=$(printf '%s\n' "$output" | tail -n 1)
    printf '%s\n' "$result"
    printf '%s\n' "$output" | sed '$d'
    words=$(printf '%s\n' "$result" | tr -cd '0-9 ')
    # shellcheck disable=SC2086
    set -- ${words:-0 1}
    passed=$((passed + $1)) failed=$((failed + $2))
    if [ $status -eq 3 ]; then
        echo "The files of checks after $file are left out"
        break
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
