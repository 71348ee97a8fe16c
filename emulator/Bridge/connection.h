// Connections to the server, and bytes over them.
#ifndef HNSCTL_CONNECTION_H
#define HNSCTL_CONNECTION_H

#include <winsock2.h>

#include "http.h"

// The longest line of a head.
enum { LONGEST_LINE = 8192 };

// A connection with what was received over it and not yet read.
struct connection {
  SOCKET socket;
  // Whether it carried a request before.
  bool used;
  // When reading has to be over, in milliseconds of GetTickCount64; 0 for no such moment.
  ULONGLONG deadline;
  // For streams: set when there is something to read, and when reading has to stop.
  WSAEVENT readable;
  HANDLE stop;
  size_t start;
  size_t end;
  char buffer[16384];
  // The line of a head that is being read. Threads of some runtimes have small stacks.
  char line[LONGEST_LINE];
};

// What the environment says.
struct server {
  char host[256];
  char port[6];
  // As it stands in messages and in the Host header.
  char address[264];
  // The header with the token, or nothing.
  char authorization[1024];
};

// The server the environment names, read once. NULL where the environment makes no sense.
const struct server *server_from_environment(void);

// Opens a connection.
enum exchange connection_open(struct connection *connection);
// Takes a connection that waits to be used again. False where there is none.
bool connection_take(struct connection *connection);
// Keeps a connection whose answer was read to its end.
void connection_keep(struct connection *connection);
void connection_close(struct connection *connection);
// Makes reading end when `stop` is set.
enum exchange connection_watch(struct connection *connection, HANDLE stop);

// Sends all bytes. False where the connection did not take them all.
bool connection_send(struct connection *connection, const struct text *bytes);
// Waits until there is something in the buffer. EXCHANGE_LOST at the end of the connection.
enum exchange connection_fill(struct connection *connection);

#endif
