.POSIX:
.PHONY: all demo test clean

CC = cc
CFLAGS = -std=c99 -O2 -Wall -Wextra
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)

all: server client

server: server.c
	$(COMPILE) -o $@ server.c $(LDLIBS)

client: client.c
	$(COMPILE) -o $@ client.c $(LDLIBS)

demo: all
	@COMPILE='$(COMPILE)' LDLIBS='$(LDLIBS)' sh tests/demo.sh

test: all
	@COMPILE='$(COMPILE)' LDLIBS='$(LDLIBS)' sh tests/run.sh

clean:
	rm -f server client
