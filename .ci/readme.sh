#!/bin/sh
# README.md is true: names, links, commands, outputs. It needs bash, strace, ss,
# and the ports 3000 to 3002. The backticks are Markdown's, and no name in them
# holds a space:
# shellcheck disable=SC2013,SC2016
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../tests/lib.sh"

mkdir copy && cd copy || exit 1
cp -R "$project/Makefile" "$project/README.md" "$project"/*.c "$project/tests" .
ln -s ../limited ../complaints .
: >errors

# blocks LANGUAGE [HEADING]: what the blocks in this language hold, in the whole
# page, or below this heading.
blocks() {
    awk -v start="\`\`\`$1" -v heading="${2:-#}" '
        /^#/ { below = index($0, heading) }
        $0 == "```" { inside = 0 }
        inside && below { print }
        $0 == start { inside = 1 }' README.md
}
# Ports and process numbers differ from run to run.
masked() { sed -e 's/1:[0-9]\{4,\}/1:PORT/' -e 's/fork() = [1-9].*/fork() = PID/'; }
# columns: the lines of the demo, column by column.
columns() {
    masked >demo
    for spaces in 0 31 51; do
        grep "^ \{$spaces\}[a-z]*([0-9]*)" demo
    done
}

for program in server client; do
    usage=$("$project/$program" -h)
    check "The usage of $program" 1 "$(grep -cF "\`${usage#usage: }\`" README.md)"
done
for target in $(grep -o '`make [a-z]*`' README.md | tr -d '`' | sort -u); do
    [ "$target" = make ] || check "The target of $target" 1 \
        "$(grep -c "^${target#make }:" Makefile)"
done
for file in $(grep -o '`[a-z_/]*[a-z]\.[cs]h*`' README.md | tr -d '`' | sort -u); do
    check "The file $file" "$file" "$(ls "$file")"
done
for call in $(grep -o '`[a-z_]*()`' README.md | tr -d '`()' | sort -u); do
    case $call in
        sendto|recvfrom|unlink|getaddrinfo|getnameinfo|gai_strerror) continue ;;
    esac
    check "The call $call()" yes \
        "$(grep -q "[^a-z_]$call(" server.c client.c && echo yes)"
done
grep -o '[a-z]* \[`[a-z_]*()`\]([a-z]*\.c#L[0-9]*)' README.md |
    sed 's/\[`\([a-z_]*\)()`\](\([a-z.]*\)#L\([0-9]*\))/\1 \2 \3/' >links
while read -r side call file line; do
    check "The link to $call() in $file" "$side.c yes" \
        "$file $(sed -n "${line}p" "$file" | grep -q "[^a-z_]$call(" && echo yes)"
done <links
check "The number of links is as large as it was" 18 "$(($(wc -l <links)))"

# The demo, the two terminals and the diagram.
make demo >printed
shown=$(blocks text 'See the calls' | columns)
check "The demo shows the calls of the page" "$shown" "$(columns <printed)"
blocks text 'The two sequences' >diagram
check "The diagram has the calls of the demo" "$(printf '%s\n' "$shown" |
    sed -e '6,8d' -e 's/^ *\([a-z]*\).*/\1()/' | xargs)" \
    "$( (sed -n 's/^\([a-z]*()\).*/\1/p' diagram
    cut -c 47- diagram | grep -o '[a-z]*()') | xargs)"
shown=$(sed -n '/^## Two/,/^With/p' README.md | grep -o '`[A-Z][^`]*`' |
    tr -d '`' | masked | sort)
check "The demo prints what the page shows for two terminals" "$shown" \
    "$(sed -n 's/^    \([A-Z]\)/\1/p' printed | masked | sort)"
start_server ./server -a 127.0.0.1
client >echoed
wait_until grep -q Closed log
check "Two terminals print what the page shows" "$shown" \
    "$(cat log echoed | masked | sort)"

# The commands that need this server.
blocks sh >commands
check "The commands of the page, in sh, end well" 0 \
    "$(sh -e commands >output 2>&1; echo $?)"
check "The file of 100 MB comes back" 1 "$(grep -c 'no byte differs' output)"
check "The page shows what strace prints" "$(blocks text 'See the system' |
    sed '/^close(1)/q' | tr -d ' ')" "$(grep -e '^[a-z]*(.*) *= [0-9]' output |
    tail -n 9 | tr -d ' ')"
check "The page shows what ss prints" "LISTEN TIME-WAIT" \
    "$(grep -o -e '^LISTEN' -e '^TIME-WAIT' output | sort -u | xargs)"
stop_server
# Message for message, endings.sh checks this one with a client that waits.
message=$(grep -o '`client: failed to receive[^`]*`' README.md | tr -d '`')
check "The message '$message' is checked" 1 \
    "$(grep -cF "\"1 ${message:-none}\"" tests/endings.sh)"

# The exercises, as far as they hold for the unchanged programs.
blocks bash >commands
check "The commands of the page, in bash, are whole" 0 \
    "$(bash -n commands >output 2>&1; echo $?)"
for heading in '1. Count' '2. Half' '7. One' queue pieces 'A process for'; do
    blocks bash "$heading" >commands
    bash commands >output 2>&1
    # In exercise 7, a client is ended that has not read its echo.
    check "No failure is reported by the commands below '$heading'" "" \
        "$(grep -i -e fail -e 'not found' -e 'no such' output |
            grep -v 'server: .*reset by peer')"
    case $heading in
        2*) want='sendto = 13' ;;
        7*) want=seven ;;
        1*) continue ;;
        *) want=real ;;
    esac
    check "Something is printed by the commands below '$heading'" yes \
        "$(grep -q "$want" output && echo yes)"
done
finish
