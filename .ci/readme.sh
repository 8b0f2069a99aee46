#!/bin/sh
# README.md is true: names, links, commands, outputs. Takes port 3000, too.
# The backticks are Markdown's, and no name in them holds a space:
# shellcheck disable=SC2013,SC2016
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir copy && cd copy || exit 1
cp -R "$project/Makefile" "$project/README.md" "$project"/*.c "$project/tests" .
# Ports that the kernel chooses differ from run to run.
ports() { sed 's/127\.0\.0\.1:[0-9]\{4,\}/127.0.0.1:PORT/'; }
# block LANGUAGE: what the README's blocks in this language hold.
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" README.md | grep -v '^```'; }

for program in server client; do
    usage=$("$project/$program" -h)
    check "$program's usage" 1 "$(grep -cF "\`${usage#usage: }\`" README.md)"
done
for target in $(grep -o '`make [a-z]*`' README.md | tr -d '`'); do
    [ "$target" = make ] || check "$target" 1 "$(grep -c "^$target:" Makefile)"
done
for file in $(grep -o '[a-z_/]*[a-z]\.[cs]h*' README.md); do
    check "the file $file" "$file" "$(ls "$file")"
done
for call in $(grep -o '`[a-z_]*()`' README.md | tr -d '`()' | sort -u); do
    case $call in main|*sendto|*recvfrom|unlink|getpid) continue ;; esac
    check "$call()" yes "$(grep -qF "$call(" server.c client.c && echo yes)"
done
grep -o '\[`[a-z_]*()`\]([a-z]*\.c#L[0-9]*)' README.md |
    sed 's/[^a-z_]*\([a-z_]*\)[^a-z]*\([a-z.]*\)#L\([0-9]*\).*/\1 \2 \3/' >links
while read -r call file linked; do
    lines=$(grep -n "[^a-z_]$call(.*[,;({)]\$" "$file" | sed 's/:.*//' | xargs)
    case " $lines " in *" $linked "*) lines=$linked ;; esac
    check "the link to $call() in $file" "$lines" "$linked"
done <links
check "there are links" yes "$([ "$(wc -l <links)" -gt 15 ] && echo yes)"
shown=$(sed -n '/^## Two/,/^Leave/p' README.md |
    grep -o '`[A-Z][^`]*`' | tr -d '`' | ports | sort)
check "make demo" "$shown" \
    "$(make demo | sed '/^cc/d; s/^[a-z]*: //' | ports | sort)"
start_server ./server -a 127.0.0.1
./client >printed
wait_until grep -q Closed log
check "two terminals" "$shown" "$(cat log printed | ports | sort)"
for language in sh bash; do
    block $language >commands
    $language -e commands >output 2>&1
    check "the $language commands" 0 $?
    check "they show something" yes \
        "$(grep -q -e 'no byte differs' -e MemAvailable output && echo yes)"
done
# Message for message, endings.sh checks this one with a client that waits.
message=$(grep -o '`client: [^`]*`' README.md | tr -d '`')
check "'$message'" 1 "$(grep -cF "\"1 ${message:-none}\"" tests/endings.sh)"
