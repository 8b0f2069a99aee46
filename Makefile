.POSIX:
.PHONY: all demo test check clean

CC = cc
CFLAGS = -std=c99 -O2 -Wall -Wextra
LDFLAGS =

all: server client

server: server.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ server.c

client: client.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ client.c

demo: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' sh tests/demo.sh

test: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' sh tests/run.sh

# What is true of every right pair, also of a solution of the exercises.
check: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' sh tests/run.sh outside

clean:
	rm -f server client
