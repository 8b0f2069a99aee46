# shellcheck shell=sh
# What the checks of the exercises share, besides ../lib.sh.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

# compiles_quietly: both programs.
compiles_quietly() {
    hint='read what the compiler says'
    check "Both programs compile without a warning" "" "$(
        for side in server client; do
            build object.o -c "$project/$side.c" 2>&1
        done)"
}
# calls SIDE: the calls of the notes' list, and some others, that the program
# makes. nm reads the compiled program, so what stands in comments is no call.
calls() {
    command -v nm >out || give_up "The tool nm is installed" no
    build object.o -U_FORTIFY_SOURCE -c "$project/$1.c"
    nm -u object.o | sed 's/.*[ _]\([a-z]*\)$/\1/' | grep -x -e accept \
        -e bind -e close -e connect -e fork -e getaddrinfo -e listen -e recv \
        -e recvfrom -e send -e sendto -e setsockopt -e shutdown -e socket |
        sort | xargs
}
# the_rest_holds: those checks of make test that a solution has to pass, too.
the_rest_holds() {
    sh "$project/tests/run.sh" outside >held
    hint='sh tests/run.sh outside says more about it'
    check "What held before still holds" "0 failed" "$(
        sed -n '/^not ok/p' held | head -n 2; sed -n '$s/.*, //p' held)"
}
# status_of COMMAND...: its status.
status_of() {
    ./limited "$limit" "$@" >out 2>errors
    echo $?
}
