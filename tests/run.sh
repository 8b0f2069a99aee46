#!/bin/sh
# make test: runs the files of checks, and adds up. TEST_SHELL, or sh, runs each.
cd "$(dirname "$0")/.." || exit 1
files='hello sequence bytes many-clients endings log usage failures bad-server'
for file in $files; do
    ${TEST_SHELL:-sh} "tests/$file.sh"
done 2>&1 | awk -v files="$files" '
    { print; fflush() }
    $3 == "passed," { passed += $2; failed += $4; seen++ }
    END {
        failed += split(files, all) - seen
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0
    }'
