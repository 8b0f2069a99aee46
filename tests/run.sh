#!/bin/sh
# make test: runs the files of checks, by TEST_SHELL or sh, and adds up.
cd "$(dirname "$0")/.." || exit 1
files='hello sequence bytes many-clients endings usage failures'
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
