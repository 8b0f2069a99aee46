#!/bin/sh
# README.md and the sheet of the exercises are true: names, links, commands,
# outputs. It needs strace, ss, and port 3000. The backticks are Markdown's, and
# no name in them holds a space:
# shellcheck disable=SC2013,SC2016
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../tests/lib.sh"

mkdir -p copy/project && cd copy/project || exit 1
cp -R "$project/Makefile" "$project/README.md" "$project"/*.c \
    "$project/tests" .
ln -s ../../limited ../../complaints .
touch errors client.errors server.errors
sheet=tests/exercises/README.md

# blocks PAGE LANGUAGE [HEADING]: what the blocks in this language hold, in the
# whole page, or below this heading.
blocks() {
    awk -v start="\`\`\`$2" -v heading="${3:-#}" '
        /^#/ { below = index($0, heading) }
        $0 == "```" { inside = 0 }
        inside && below { print }
        $0 == start { inside = 1 }' "$1"
}
# Ports and process numbers differ from run to run.
masked() {
    sed -e 's/1:[0-9]\{4,\}/1:PORT/' -e 's/fork() = [1-9].*/fork() = PID/'
}
# columns: the lines of the demo, column by column.
columns() {
    masked >demo
    for spaces in 0 31 55; do
        grep "^ \{$spaces\}[a-z]*([0-9]*)" demo
    done
}

for target in $(cat README.md $sheet | grep -o '`make [a-z]*[0-9]*`' |
    tr -d '`' | sed 's/^make //' | sort -u); do
    check "The target $target" 0 "$(make -n "$target" >output 2>&1; echo $?)"
done
for call in $(grep -o '`[a-z_]*()`' README.md | tr -d '`()' | sort -u); do
    case $call in poll | sendto | recvfrom) continue ;; esac
    check "The call $call()" yes \
        "$(grep -q "[^a-z_]$call(" server.c client.c && echo yes)"
done
grep -o '\[`[a-z_]*()`\]([a-z]*\.c#L[0-9]*)' README.md |
    sed 's/\[`\([a-z_]*\)()`\](\([a-z.]*\)#L\([0-9]*\))/\1 \2 \3/' >links
while read -r call file line; do
    check "Line $line of $file calls $call(), and is no comment" 1 \
        "$(sed -n "${line}p" "$file" | grep -v '^ *\*' | grep -c "$call(")"
done <links
check "The number of links is as large as it was" 20 "$(($(wc -l <links)))"

# The demo, the two terminals and the diagram.
make demo >printed
shown=$(blocks README.md text 'See the calls' | columns)
check "The demo shows the calls of the page" "$shown" "$(columns <printed)"
blocks README.md text 'The two sequences' >diagram
check "The diagram has the calls of the demo" "$(printf '%s\n' "$shown" |
    sed -e '6,8d' -e 's/^ *\([a-z]*\).*/\1()/' | xargs)" \
    "$( (sed -n 's/^\([a-z]*()\).*/\1/p' diagram
    cut -c 47- diagram | grep -o '[a-z]*()') | xargs)"
shown=$(sed -n '/^## Two/,/^With/p' README.md | grep -o '`[A-Z][^`]*`' |
    tr -d '`' | masked | sort)
start_server ./server -a 127.0.0.1
client >echoed
wait_until grep -q Closed log
check "Two terminals print what the page shows" "$shown" \
    "$(cat log echoed | masked | sort)"
message=$(grep -o '`client: server [^`]*`' README.md | tr -d '`')
check "The message '$message' is in client.c" 1 \
    "$(grep -cF "\"$message" client.c)"

# The commands that need this server.
{ blocks README.md sh; blocks $sheet sh; } >commands
check "The commands of the pages, in sh, end well" 0 \
    "$(sh -e commands >output 2>&1; echo $?)"
check "The file of 100 MB comes back, with at least 6,104 lines in the log" \
    "1 yes" "$(grep -c 'no byte differs' output) $(
        [ "$(grep -c 'Received' log)" -ge 6104 ] && echo yes)"
check "The sheet shows what strace prints" \
    "$(blocks $sheet text 'The system calls' | tr -d ' ')" \
    "$(sed -n '/^socket(AF_INET/,/^close(1/p' output | tr -d ' ')"
check "The sheet shows what ss prints" "LISTEN TIME-WAIT" \
    "$(grep -o -e '^LISTEN' -e '^TIME-WAIT' output | sort -u | xargs)"
end_server

# Break: change FILE SED-SCRIPT takes one part out.
cp server.c client.c ..
change() {
    cp ../server.c ../client.c .
    sed "$2" "$1" >changed
    check "The change of $1 fits ($2)" 1 "$(cmp -s changed "$1"; echo $?)"
    mv changed "$1"
    make -s
}
# ends COMMAND...: what it says of its failure, in a word.
ends() { ./limited 2 "$@" 2>&1 >output | grep -o -e refused -e hangs -e use; }
change server.c 's/pid_t pid = fork();/pid_t pid = 0;/'
start_server ./server -a 127.0.0.1
client >output
check "Without fork(), the second client is refused" refused "$(ends ./client)"
end_server
change server.c '/^        close(client_fd);$/d'
start_server sh -c 'ulimit -n 32; exec ./server -a 127.0.0.1'
i=1
until [ $i -gt 40 ] || [ -n "$(ends ./client)" ]; do i=$((i + 1)); done
check "Without close(), the client after 28 or so has to wait" "yes yes" \
    "$([ $i -ge 28 ] && [ $i -le 30 ] && echo yes) $(
        grep -q 'connection: Too many open files' server.errors && echo yes)"
end_server
change server.c '/int on = 1;/,/^    }/d'
start_server ./server -a 127.0.0.1 -p 0
start_conversation
kill -s INT "$server_pid"
wait "$server_pid"
end_conversation
check "Without SO_REUSEADDR, the server cannot start again" use \
    "$(ends ./server -a 127.0.0.1 -p "$port")"
change client.c '/signal(SIGPIPE/d'
start_server ./server -a 127.0.0.1
check "Without signal(), the client prints nothing" "" \
    "$( (./limited 9 ./client - </dev/zero | true) 2>&1)"
end_server
change client.c '1s/^/ /'

# The exercises: the unchanged programs solve none of them.
blocks README.md text Exercises | sed -n '/^not ok/,$p' >shown
for number in 1 2 3 4 5 6; do
    make exercise$number >output 2>&1
    check "Exercise $number is not solved, and gives a hint" "2 yes" \
        "$? $(grep -q '    hint:     .' output && echo yes)"
    [ $number -ne 1 ] || check "The page shows what make exercise1 prints" \
        "$(cat shown)" "$(sed -n '/^not ok/,/hint:/p' output | sed 4q)"
done
finish
