.POSIX:
.PHONY: all demo test clean exercise1 exercise2 exercise3 exercise4 \
	exercise5 exercise6

CC = cc
CFLAGS = -std=c99 -O2 -Wall -Wextra
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
TOOLS = COMPILE='$(COMPILE)' LDLIBS='$(LDLIBS)'

all: server client

server: server.c
	$(COMPILE) -o $@ server.c $(LDLIBS)

client: client.c
	$(COMPILE) -o $@ client.c $(LDLIBS)

demo: all
	@$(TOOLS) sh tests/demo.sh

test: all
	@$(TOOLS) sh tests/run.sh

# For instance, make exercise1 runs tests/exercises/1-count.sh.
exercise1 exercise2 exercise3 exercise4 exercise5 exercise6: all
	@name='$@'; $(TOOLS) sh tests/exercises/$${name#exercise}-*.sh

clean:
	rm -f server client
