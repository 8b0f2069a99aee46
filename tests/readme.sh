#!/bin/sh
# Checks what can go stale in README.md: the names in it, its commands, and the
# output that it shows. Takes port 3000, as the README does, and builds in a copy.

# The backticks are Markdown's, and no name in them holds a space:
# shellcheck disable=SC2013,SC2016

export LC_ALL=C
dir=${TMPDIR:-/tmp}/echo-readme.$$
failed=0
server_pid=
mkdir "$dir" || exit 1
finish() {
    status=$?
    [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
    rm -rf "$dir"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
cp -R Makefile README.md server.c client.c tests "$dir" && cd "$dir" || exit 1
dir=$PWD

# check SENTENCE EXPECTED GOT
check() {
    if [ "$2" != "$3" ]; then
        printf 'README.md: %s\nexpected: %s\ngot:      %s\n' "$1" "$2" "$3"
        failed=1
    fi
}

# Ports that the kernel chooses differ from run to run.
ports() {
    sed 's/127\.0\.0\.1:[0-9][0-9][0-9][0-9][0-9]/127.0.0.1:PORT/'
}

# block LANGUAGE: what the README's blocks in this language hold.
block() {
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" README.md | grep -v '^```'
}

# Names: the programs' usage, make's targets, files, functions.
make -s
for program in server client; do
    usage=$("./$program" -h)
    check "$program's usage" 1 "$(grep -cF "\`${usage#usage: }\`" README.md)"
    rm "$program"
done
for target in $(grep -o '`make [a-z]*`' README.md | tr -d '`' | sed 's/make //'); do
    check "make $target" 1 "$(grep -c "^$target:" Makefile)"
done
for file in $(grep -o '[a-z/]*[a-z]\.[csh][ch]*' README.md | grep -v inet.h); do
    check "the file $file" "$file" "$(ls "$file")"
done
for name in $(grep -o '[a-z_]*()' README.md | sort -u); do
    case $name in main*|sendto*|recvfrom*) continue ;; esac
    check "$name" yes "$(grep -qF "${name%)}" server.c client.c && echo yes)"
done

# The outputs, of make demo and of two terminals.
check "make demo" "$(block console | sed 1d | ports)" "$(make demo 2>&1 | ports)"

mkfifo log
./server -a 127.0.0.1 >log &
server_pid=$!
exec 3<log
read -r listening <&3
printed=$(./client)
read -r accepted <&3
read -r received <&3
read -r closed <&3
check "two terminals" \
    "$(sed -n '/^## Two/,/^Leave/p' README.md |
        grep -o '`[A-Z][^`]*`' | tr -d '`' | ports | sort)" \
    "$(printf '%s\n' "$listening" "$printed" "$accepted" "$received" \
        "$closed" | ports | sort)"
# Message for message, endings.sh checks this one with a client that waits.
message=$(grep -o '`client: [^`]*`' README.md | tr -d '`')
check "the message '$message'" yes \
    "$(grep -qF "\"1 ${message:-none}\"" tests/endings.sh && echo yes)"

# The blocks of commands, with that server running and its log read.
cat <&3 >log.rest &
block sh >commands
check "the commands" "0 no byte differs" \
    "$(sh -e commands >printed 2>&1; echo "$? $(grep differs printed)")"
[ "$failed" -eq 0 ]
