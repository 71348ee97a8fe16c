// Connections to the server, and bytes over them.
#ifndef HNSCTL_CONNECTION_H
#define HNSCTL_CONNECTION_H

#include <winsock2.h>

#include "http.h"

// The longest line of a head.
enum { LONGEST_LINE = 8192 };

// A connection with its received, not yet consumed bytes.
struct connection {
  SOCKET socket;
  // Whether it carried an earlier request.
  bool used;
  // The deadline for reading, in milliseconds of GetTickCount64; 0 for none.
  ULONGLONG deadline;
  // For streams: set when there is data to read, and when reading must stop.
  WSAEVENT readable;
  HANDLE stop;
  size_t start;
  size_t end;
  char buffer[16384];
  // The head line being read. It is here because threads of some runtimes have small stacks.
  char line[LONGEST_LINE];
};

// The server given by the environment.
struct server {
  char host[256];
  char port[6];
  // As used in messages and in the Host header.
  char address[264];
  // The header with the token, or empty.
  char authorization[1024];
};

// The server given by the environment, read once. NULL if the environment is invalid.
const struct server *server_from_environment(void);

// Opens a connection.
enum exchange connection_open(struct connection *connection);
// Takes an idle connection for reuse. False if there is none.
bool connection_take(struct connection *connection);
// Keeps a connection for reuse after its answer was read completely.
void connection_keep(struct connection *connection);
void connection_close(struct connection *connection);
// Makes reading end when `stop` is set.
enum exchange connection_watch(struct connection *connection, HANDLE stop);

// Sends all bytes. False if the connection failed.
bool connection_send(struct connection *connection, const struct text *bytes);
// Waits until there is data in the buffer. EXCHANGE_LOST at the end of the connection.
enum exchange connection_fill(struct connection *connection);

#endif
