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

# The checks that also hold for solutions of the exercises 2 and 7.
check: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' sh tests/run.sh outside

clean:
	rm -f server client
