#!/bin/sh
# make demo: a server on a free port, one client, and what both print.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_server
sed 's/^/server: /' log
message=$(client) || cat errors
echo "client: $message"
end_server
sed '1d; s/^/server: /' log
[ "$message" = 'Hello, world!' ]
