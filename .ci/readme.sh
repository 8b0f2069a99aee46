#!/bin/sh
# README.md and the sheet of the exercises are true: names, links, commands,
# outputs. It needs strace, ss, nc, tmux, and the port 3000. The
# backticks are Markdown's, and no name in them holds a space:
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
masked() { sed -e 's/1:[0-9]\{4,\}/1:PORT/' -e 's/fork() = [1-9].*/fork() = PID/'; }
# columns: the lines of the demo, column by column.
columns() {
    masked >demo
    for spaces in 0 31 55; do
        grep "^ \{$spaces\}[a-z]*([0-9]*)" demo
    done
}

for program in server client; do
    usage=$("$project/$program" -h)
    check "The usage of $program" 1 \
        "$(grep -cF "\`${usage#usage: }\`" README.md)"
done
for target in $(cat README.md $sheet | grep -o '`make [a-z]*[0-9]*`' |
    tr -d '`' | sed 's/^make //' | sort -u); do
    check "The target $target" 0 "$(make -n "$target" >output 2>&1; echo $?)"
done
for file in $(grep -o '`tests/[a-z_/]*\.[a-z]*`' README.md | tr -d '`'); do
    check "The file $file" "$file" "$(ls "$file")"
done
for call in $(grep -o '`[a-z_]*()`' README.md | tr -d '`()' | sort -u); do
    case $call in poll) continue ;; esac
    check "The call $call()" yes \
        "$(grep -q "[^a-z_]$call(" server.c client.c && echo yes)"
done
# The links to lines: the line has the call, and is not a comment.
grep -o '[a-z]* \[`[a-z_]*()`\]([a-z]*\.c#L[0-9]*)' README.md |
    sed 's/\[`\([a-z_]*\)()`\](\([a-z.]*\)#L\([0-9]*\))/\1 \2 \3/' >links
while read -r side call file line; do
    code=$(sed -n "${line}p" "$file")
    check "The link from $side $call() to line $line of $file" yes \
        "$(case $side in child | parent) side=server ;; esac
        [ "$side.c" = "$file" ] && printf %s "$code" |
            grep -v '^ *\*' | grep -q "[^a-z_]$call(" && echo yes)"
done <links
check "The number of links is as large as it was" 20 "$(($(wc -l <links)))"
# The links to headings.
grep -o '](\([a-z/A-Z.]*\)#[a-z0-9_-]*)' README.md $sheet | grep -v '#L[0-9]' |
    sed 's/^\([^:]*\):](\([^#]*\)#\(.*\))$/\1 \3 \2/' >links
while read -r page anchor file; do
    check "The link from $page to #$anchor" 1 "$(sed -n 's/^#* //p' \
        "${file:-$page}" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-' |
        grep -cx -e "$anchor")"
done <links
# The reading map: functions begin and end there.
for range in $(sed -n 's/^|.*| \([0-9]*\) to \([0-9]*\) |.*/\1-\2/p' README.md)
do
    ends=$(for file in server.c client.c; do
        sed -n -e "${range%-*}p" -e "${range#*-}p" $file | tr -d '\n'
        echo
    done | grep -c '^\(int main\|static\).*)}$')
    check "The lines $range are whole functions" 1 "$ends"
done
check "The checks of make test stand in the table" "$(for file in tests/*.sh; do
    echo "$file"; done | sed -e '/lib/d' -e '/run/d' -e '/demo/d' | xargs)" \
    "$(grep -o '^| `tests/[a-z]*\.sh' README.md | tr -d '|` ' | sort | xargs)"

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

# The commands that need this server.
{ blocks README.md sh; blocks $sheet sh; } >commands
check "The commands of the pages, in sh, end well" 0 \
    "$(sh -e commands >output 2>&1; echo $?)"
check "The file of 100 MB comes back" 1 "$(grep -c 'no byte differs' output)"
check "The log has at least 6,104 lines for it" yes \
    "$([ "$(grep -c 'Received' log)" -ge 6104 ] && echo yes)"
check "The sheet shows what strace prints" \
    "$(blocks $sheet text 'The system calls' | tr -d ' ')" \
    "$(sed -n '/^socket(AF_INET/,/^close(1/p' output | tr -d ' ')"
check "The sheet shows what ss prints" "LISTEN TIME-WAIT" \
    "$(grep -o -e '^LISTEN' -e '^TIME-WAIT' output | sort -u | xargs)"
: >log
./client "$(head -c 100000 /dev/zero | tr '\0' x)" >output
printf 'a\0b\n' | ./client - | od -c >output
wait_until grep -q 'a\.b\.' log
check "The log shows the seven pieces, and the byte 0" "7 1 1" \
    "$(grep -c 'bytes.*: x' log) $(grep -c ': a\.b\.$' log) $(
        grep -c 'a  *\\0  *b  *\\n' output)"
check "A client without a reader says so" 1 \
    "$( (./client - </dev/zero | true) 2>&1 |
        grep -c 'client: failed to write output: Broken pipe')"
end_server
message=$(grep -o '`client: server [^`]*`' README.md | tr -d '`')
check "The message '$message' is in client.c" 1 \
    "$(grep -cF "\"$message" client.c)"

# No boundaries, as in the page, in terminals.
screen() { tmux -L readme "$@" 2>errors; }
# shellcheck disable=SC2317
printed() { screen capture-pane -p -t "$1" | grep -q "$2"; }
screen new-session -d -s one -x 100 -y 30 sh
screen send-keys -t one 'set -m; ./server -a 127.0.0.1' Enter
wait_until printed one Listening
screen new-session -d -s two -x 100 -y 30 sh
screen send-keys -t two './client -' Enter
wait_until printed one Accepted
screen new-session -d -s three -x 100 -y 30 'nc 127.0.0.1 3000'
wait_until sh -c 'tmux -L readme capture-pane -p -t one | grep -c Accepted |
    grep -q 2'
screen send-keys -t one C-z
wait_until printed one '[Ss]topped'
screen send-keys -t three one Enter two Enter
sleep 1
screen send-keys -t one fg Enter
wait_until printed one 'one\.two\.'
check "Two lines arrive together after Ctrl-Z and fg" 1 \
    "$(screen capture-pane -p -t one | grep -c 'Received 8 bytes.*one.two.$')"
screen send-keys -t one C-c
screen send-keys -t two again Enter
wait_until printed two 'client: '
check "The client notices the end with the next line" 1 \
    "$(screen capture-pane -p -t two | grep -cxF "$message")"
screen kill-server

# Break: each part that is taken out leaves the result that the sheet says.
start_copy() {
    make -s
    start_server "$@"
}
cp server.c client.c ..
# The change has to fit what stands in the programs.
change() {
    cp ../server.c ../client.c .
    sed "$2" "$1" >changed
    check "The change of $1 fits ($2)" 1 "$(cmp -s changed "$1"; echo $?)"
    mv changed "$1"
}
change server.c 's/pid_t pid = fork();/pid_t pid = 0;/'
start_copy ./server -a 127.0.0.1
client >output
check "Without fork(), the second client is refused" 1 \
    "$(client 2>errors; grep -c refused errors)"
end_server
change server.c '/^        close(client_fd);$/d'
start_copy sh -c 'ulimit -n 32; exec ./server -a 127.0.0.1'
i=0
while [ $i -lt 40 ] && ./limited 2 ./client >output 2>errors; do
    i=$((i + 1))
done
check "Without close(), descriptors run out after 27 to 29 clients" yes \
    "$([ $i -ge 27 ] && [ $i -le 29 ] && grep -q \
        'server: failed to accept connection: Too many' server.errors &&
        echo yes || echo "$i")"
end_server
change server.c '/int on = 1;/,/^    }/d'
start_copy ./server -a 127.0.0.1 -p 0
start_conversation
kill -s INT "$server_pid"
wait "$server_pid"
server_pid=
end_conversation
check "Without SO_REUSEADDR, the server cannot start again" 1 \
    "$(./server -a 127.0.0.1 -p "$port" 2>&1 |
        grep -c 'Address already in use')"
change client.c '/signal(SIGPIPE/d'
make -s
start_server ./server -a 127.0.0.1
check "Without signal(), the client prints nothing" "" \
    "$( (./limited 9 ./client - </dev/zero | true) 2>&1)"
end_server
cp ../server.c ../client.c .
make -s

# The exercises: the unchanged programs solve none of them.
blocks README.md text Exercises | sed -n '/^not ok/,$p' >shown
for number in 1 2 3 4 5 6; do
    make exercise$number >output 2>&1
    check "Exercise $number is not solved by the unchanged programs" "2 1" \
        "$? $(grep -c '^[0-9]* passed, [1-9][0-9]* failed$' output)"
    check "Exercise $number gives a hint" yes \
        "$(grep -q '    hint:     .' output && echo yes)"
    [ $number -ne 1 ] || check "The page shows what make exercise1 prints" \
        "$(cat shown)" "$(sed -n '/^not ok/,/hint:/p' output | sed 4q)"
done
finish
