.POSIX:
.PHONY: all demo test clean

CC = cc
CFLAGS = -O2 -Wall -Wextra
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)

all: server client

server: server.c
	$(COMPILE) -o $@ server.c

client: client.c
	$(COMPILE) -o $@ client.c

# Port 3001: your own server may have port 3000. The trap ends the server, even
# when Ctrl-C ends make.
demo: all
	@./server 127.0.0.1 3001 & trap "kill $$! 2>/dev/null" EXIT; \
	    trap 'exit 1' INT TERM; sleep 1; kill -0 $$! 2>/dev/null && \
	    echo 'Hello, world!' | ./client 127.0.0.1 3001 && sleep 1

test: all
	@COMPILE='$(COMPILE)' sh tests/test.sh

clean:
	rm -f server client
