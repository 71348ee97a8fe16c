#include "connection.h"

#include <stdlib.h>
#include <string.h>
#include <ws2tcpip.h>

enum {
  CONNECT_SECONDS = 5,
  // A stream sends a heartbeat every 15 seconds.
  SILENCE_SECONDS = 60,
  // How long an idle connection is kept for reuse; servers close connections that are idle for long.
  IDLE_MILLISECONDS = 10000,
  IDLE_CONNECTIONS = 16,
};

static const char default_address[] = "127.0.0.1:8650";

static INIT_ONCE environment_once = INIT_ONCE_STATIC_INIT;
static struct server server;
static bool server_usable;

// Parses "HOST:PORT" or "http://HOST:PORT"; the host is a name, an IPv4 address or an IPv6 address in
// brackets.
static bool read_address(const char *text)
{
  static const char scheme[] = "http://";
  if (!strncmp(text, scheme, sizeof scheme - 1)) text += sizeof scheme - 1;
  size_t length = strlen(text);
  if (length && text[length - 1] == '/') length--;
  if (length >= sizeof server.address || !length) return false;
  memcpy(server.address, text, length);
  server.address[length] = 0;
  char *colon = strrchr(server.address, ':');
  if (!colon) return false;
  size_t digits = strspn(colon + 1, "0123456789");
  if (!digits || digits > 5 || colon[1 + digits]) return false;
  unsigned long port = strtoul(colon + 1, NULL, 10);
  if (!port || port > 65535) return false;
  memcpy(server.port, colon + 1, digits + 1);
  const char *host = server.address;
  const char *end = colon;
  const char *allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._";
  if (*host == '[') {
    host++;
    if (--end <= host || *end != ']') return false;
    allowed = "0123456789ABCDEFabcdef:.";
  }
  size_t size = (size_t)(end - host);
  if (!size || size >= sizeof server.host) return false;
  memcpy(server.host, host, size);
  return strspn(server.host, allowed) == size;
}

// A token is visible ASCII: anything else could end the header.
static bool read_token(const char *token)
{
  for (const char *at = token; *at; at++) {
    if (*at < 0x21 || *at > 0x7E) return false;
  }
  strcpy(server.authorization, "Authorization: Bearer ");
  strcat(server.authorization, token);
  strcat(server.authorization, "\r\n");
  return true;
}

static BOOL CALLBACK read_environment(INIT_ONCE *once, void *parameter, void **context)
{
  (void)once, (void)parameter, (void)context;
  WSADATA data;
  if (WSAStartup(MAKEWORD(2, 2), &data)) return TRUE;
  char value[900];
  DWORD length = GetEnvironmentVariableA("HNSCTL_ADDRESS", value, sizeof value);
  if (length >= sizeof value) return TRUE;
  if (!read_address(length ? value : default_address)) return TRUE;
  length = GetEnvironmentVariableA("HNSCTL_TOKEN", value, sizeof value);
  if (length >= sizeof value) return TRUE;
  server_usable = !length || read_token(value);
  return TRUE;
}

const struct server *server_from_environment(void)
{
  InitOnceExecuteOnce(&environment_once, read_environment, NULL, NULL);
  return server_usable ? &server : NULL;
}

const char *http_address(void)
{
  const struct server *known = server_from_environment();
  return known ? known->address : "";
}

// Connects with a timeout: the loopback refuses at once, but another machine may not reply at all.
static bool connect_in_time(SOCKET socket, const struct addrinfo *address)
{
  u_long nonblocking = 1;
  if (ioctlsocket(socket, FIONBIO, &nonblocking)) return false;
  if (connect(socket, address->ai_addr, (int)address->ai_addrlen)) {
    if (WSAGetLastError() != WSAEWOULDBLOCK) return false;
    fd_set connected, refused;
    FD_ZERO(&connected);
    FD_ZERO(&refused);
    FD_SET(socket, &connected);
    FD_SET(socket, &refused);
    struct timeval patience = {CONNECT_SECONDS, 0};
    if (select(0, NULL, &connected, &refused, &patience) < 1 || !FD_ISSET(socket, &connected)) return false;
  }
  nonblocking = 0;
  return !ioctlsocket(socket, FIONBIO, &nonblocking);
}

static void begin(struct connection *connection, SOCKET socket, bool used)
{
  // The buffer is left uninitialized.
  connection->socket = socket;
  connection->used = used;
  connection->deadline = 0;
  connection->readable = WSA_INVALID_EVENT;
  connection->stop = NULL;
  connection->start = connection->end = 0;
}

enum exchange connection_open(struct connection *connection)
{
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
  struct addrinfo *addresses;
  if (getaddrinfo(server.host, server.port, &hints, &addresses)) return EXCHANGE_UNREACHABLE;
  enum exchange end = EXCHANGE_UNREACHABLE;
  for (struct addrinfo *address = addresses; address; address = address->ai_next) {
    SOCKET handle = socket(address->ai_family, SOCK_STREAM, IPPROTO_TCP);
    if (handle == INVALID_SOCKET) continue;
    if (!connect_in_time(handle, address)) {
      closesocket(handle);
      continue;
    }
    BOOL at_once = TRUE;
    DWORD patience = CALL_SECONDS * 1000;
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, (const char *)&at_once, sizeof at_once);
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, (const char *)&patience, sizeof patience);
    setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, (const char *)&patience, sizeof patience);
    begin(connection, handle, false);
    end = EXCHANGE_ANSWERED;
    break;
  }
  freeaddrinfo(addresses);
  return end;
}

static SRWLOCK idle_lock = SRWLOCK_INIT;
static struct {
  SOCKET socket;
  ULONGLONG since;
} idle[IDLE_CONNECTIONS];
static size_t idle_count;

// An idle connection has nothing to read, unless the server closed it.
static bool is_quiet(SOCKET socket)
{
  fd_set readable;
  FD_ZERO(&readable);
  FD_SET(socket, &readable);
  struct timeval none = {0, 0};
  return !select(0, &readable, NULL, NULL, &none);
}

bool connection_take(struct connection *connection)
{
  for (;;) {
    AcquireSRWLockExclusive(&idle_lock);
    bool found = idle_count > 0;
    SOCKET socket = found ? idle[--idle_count].socket : INVALID_SOCKET;
    ULONGLONG since = found ? idle[idle_count].since : 0;
    ReleaseSRWLockExclusive(&idle_lock);
    if (!found) return false;
    if (GetTickCount64() - since < IDLE_MILLISECONDS && is_quiet(socket)) {
      begin(connection, socket, true);
      return true;
    }
    closesocket(socket);
  }
}

void connection_keep(struct connection *connection)
{
  AcquireSRWLockExclusive(&idle_lock);
  bool kept = idle_count < IDLE_CONNECTIONS && connection->start == connection->end;
  if (kept) {
    idle[idle_count].socket = connection->socket;
    idle[idle_count++].since = GetTickCount64();
  }
  ReleaseSRWLockExclusive(&idle_lock);
  if (!kept) closesocket(connection->socket);
}

void connection_close(struct connection *connection)
{
  closesocket(connection->socket);
  if (connection->readable != WSA_INVALID_EVENT) WSACloseEvent(connection->readable);
}

enum exchange connection_watch(struct connection *connection, HANDLE stop)
{
  connection->readable = WSACreateEvent();
  if (connection->readable == WSA_INVALID_EVENT) return EXCHANGE_NO_MEMORY;
  if (WSAEventSelect(connection->socket, connection->readable, FD_READ | FD_CLOSE)) return EXCHANGE_LOST;
  connection->deadline = 0;
  connection->stop = stop;
  return EXCHANGE_ANSWERED;
}

bool connection_send(struct connection *connection, const struct text *bytes)
{
  for (size_t sent = 0; sent < bytes->length;) {
    size_t rest = bytes->length - sent;
    int part = rest > 1 << 20 ? 1 << 20 : (int)rest;
    int count = send(connection->socket, bytes->bytes + sent, part, 0);
    if (count <= 0) return false;
    sent += (size_t)count;
  }
  return true;
}

enum exchange connection_fill(struct connection *connection)
{
  for (;;) {
    if (connection->deadline && GetTickCount64() > connection->deadline) return EXCHANGE_TIMED_OUT;
    // Checked even while there is something to read, because a server may never stop sending.
    if (connection->stop && WaitForSingleObject(connection->stop, 0) == WAIT_OBJECT_0) return EXCHANGE_STOPPED;
    int count = recv(connection->socket, connection->buffer, sizeof connection->buffer, 0);
    if (count > 0) {
      connection->start = 0;
      connection->end = (size_t)count;
      return EXCHANGE_ANSWERED;
    }
    if (!count) return EXCHANGE_LOST;
    int error = WSAGetLastError();
    if (error == WSAETIMEDOUT) return EXCHANGE_TIMED_OUT;
    if (error != WSAEWOULDBLOCK || !connection->stop) return EXCHANGE_LOST;
    HANDLE events[] = {connection->stop, connection->readable};
    switch (WaitForMultipleObjects(2, events, FALSE, SILENCE_SECONDS * 1000)) {
    case WAIT_OBJECT_0:
      return EXCHANGE_STOPPED;
    case WAIT_OBJECT_0 + 1:
      WSAResetEvent(connection->readable);
      break;
    case WAIT_TIMEOUT:
      return EXCHANGE_TIMED_OUT;
    default:
      return EXCHANGE_LOST;
    }
  }
}
