#include "connection.h"

#include <stdlib.h>
#include <string.h>

// Limits of an answer, against a server that never stops sending.
enum { MOST_LINES = 128 };
static const size_t longest_body = (size_t)256 << 20;
static const size_t longest_event = (size_t)1 << 20;

// The body of an answer being read.
struct body {
  struct connection *connection;
  enum { BODY_SIZED, BODY_CHUNKED, BODY_UNTIL_CLOSE } kind;
  // What remains of the body, or of the chunk.
  unsigned long long left;
  // Whether a chunk was started: its line end is still to come.
  bool in_chunk;
  bool ended;
};

// What the head determines about the body.
struct head {
  int status;
  bool closes;
  bool has_length;
  bool chunked;
  unsigned long long length;
  bool has_result;
  HRESULT result;
};

// Reads a line of a head, without its CR and LF.
static enum exchange read_line(struct connection *connection)
{
  char *line = connection->line;
  size_t length = 0;
  for (;;) {
    if (connection->start == connection->end) {
      enum exchange end = connection_fill(connection);
      if (end != EXCHANGE_ANSWERED) return end;
    }
    char byte = connection->buffer[connection->start++];
    if (byte == '\n') {
      if (!length || line[length - 1] != '\r') return EXCHANGE_MALFORMED;
      line[length - 1] = 0;
      return EXCHANGE_ANSWERED;
    }
    if (!byte || length == LONGEST_LINE - 1) return EXCHANGE_MALFORMED;
    line[length++] = byte;
  }
}

// Parses a number that spans the whole text, in the given base.
static bool read_number(const char *text, int base, unsigned long long most, unsigned long long *number)
{
  size_t digits = strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789");
  if (!digits || digits > 16 || text[digits]) return false;
  *number = strtoull(text, NULL, base);
  return *number <= most;
}

static bool read_header(char *line, struct head *head)
{
  char *colon = strchr(line, ':');
  if (!colon || colon == line) return false;
  *colon = 0;
  char *value = colon + 1 + strspn(colon + 1, " \t");
  for (size_t length = strlen(value); length && (value[length - 1] == ' ' || value[length - 1] == '\t');) {
    value[--length] = 0;
  }
  if (!_stricmp(line, "Content-Length")) {
    unsigned long long length;
    if (!read_number(value, 10, longest_body, &length)) return false;
    if (head->has_length && head->length != length) return false;
    head->has_length = true;
    head->length = length;
  } else if (!_stricmp(line, "Transfer-Encoding")) {
    if (_stricmp(value, "chunked") || head->chunked) return false;
    head->chunked = true;
  } else if (!_stricmp(line, "Connection")) {
    if (!_stricmp(value, "close")) head->closes = true;
  } else if (!_stricmp(line, "X-HRESULT")) {
    unsigned long long result;
    if (strncmp(value, "0x", 2) || !read_number(value + 2, 16, 0xFFFFFFFF, &result)) return false;
    head->has_result = true;
    head->result = (HRESULT)result;
  }
  return true;
}

static enum exchange read_head(struct connection *connection, struct head *head)
{
  const char *line = connection->line;
  *head = (struct head){0};
  enum exchange end = read_line(connection);
  if (end != EXCHANGE_ANSWERED) return end;
  bool is_status = !strncmp(line, "HTTP/1.1 ", 9) && strspn(line + 9, "0123456789") == 3
    && (line[12] == ' ' || !line[12]);
  if (!is_status) return EXCHANGE_MALFORMED;
  head->status = atoi(line + 9);
  if (head->status < 200) return EXCHANGE_MALFORMED;
  for (int lines = 0; lines < MOST_LINES; lines++) {
    end = read_line(connection);
    if (end != EXCHANGE_ANSWERED) return end;
    if (!*line) return head->chunked && head->has_length ? EXCHANGE_MALFORMED : EXCHANGE_ANSWERED;
    if (!read_header(connection->line, head)) return EXCHANGE_MALFORMED;
  }
  return EXCHANGE_MALFORMED;
}

static struct body body_after(struct connection *connection, const struct head *head)
{
  struct body body = {.connection = connection, .kind = BODY_UNTIL_CLOSE};
  if (head->chunked) {
    body.kind = BODY_CHUNKED;
  } else if (head->has_length || head->status == 204 || head->status == 304) {
    body.kind = BODY_SIZED;
    body.left = head->length;
  }
  return body;
}

// Reads the line before a chunk, and after the last chunk everything up to the end.
static enum exchange begin_chunk(struct body *body)
{
  char *line = body->connection->line;
  enum exchange end;
  if (body->in_chunk) {
    end = read_line(body->connection);
    if (end != EXCHANGE_ANSWERED) return end;
    if (*line) return EXCHANGE_MALFORMED;
  }
  end = read_line(body->connection);
  if (end != EXCHANGE_ANSWERED) return end;
  line[strcspn(line, "; \t")] = 0;
  if (!read_number(line, 16, longest_body, &body->left)) return EXCHANGE_MALFORMED;
  body->in_chunk = true;
  if (body->left) return EXCHANGE_ANSWERED;
  body->ended = true;
  for (int lines = 0; lines < MOST_LINES; lines++) {
    end = read_line(body->connection);
    if (end != EXCHANGE_ANSWERED) return end;
    if (!*line) return EXCHANGE_ANSWERED;
  }
  return EXCHANGE_MALFORMED;
}

// Returns the next bytes of a body, which stay in the connection's buffer; none at its end.
static enum exchange read_body(struct body *body, const char **bytes, size_t *length)
{
  *length = 0;
  if (!body->left && body->kind == BODY_CHUNKED && !body->ended) {
    enum exchange end = begin_chunk(body);
    if (end != EXCHANGE_ANSWERED) return end;
  }
  if (body->ended || (!body->left && body->kind != BODY_UNTIL_CLOSE)) {
    body->ended = true;
    return EXCHANGE_ANSWERED;
  }
  struct connection *connection = body->connection;
  if (connection->start == connection->end) {
    enum exchange end = connection_fill(connection);
    if (end != EXCHANGE_ANSWERED) return end;
  }
  size_t count = connection->end - connection->start;
  if (body->kind != BODY_UNTIL_CLOSE && count > body->left) count = (size_t)body->left;
  *bytes = connection->buffer + connection->start;
  *length = count;
  connection->start += count;
  body->left -= body->kind == BODY_UNTIL_CLOSE ? 0 : count;
  return EXCHANGE_ANSWERED;
}

static enum exchange read_answer(struct connection *connection, struct answer *answer, bool *closes)
{
  struct head head;
  enum exchange end = read_head(connection, &head);
  if (end != EXCHANGE_ANSWERED) return end;
  answer->status = head.status;
  answer->has_result = head.has_result;
  answer->result = head.result;
  *closes = head.closes;
  struct body body = body_after(connection, &head);
  // A body that ends with the connection could be truncated.
  if (body.kind == BODY_UNTIL_CLOSE) return EXCHANGE_MALFORMED;
  for (;;) {
    const char *bytes;
    size_t length;
    end = read_body(&body, &bytes, &length);
    if (end != EXCHANGE_ANSWERED) return end;
    if (!length) return answer->body.failed ? EXCHANGE_NO_MEMORY : EXCHANGE_ANSWERED;
    if (answer->body.length + length > longest_body) return EXCHANGE_MALFORMED;
    text_append(&answer->body, bytes, length);
  }
}

static void add_request(
  struct text *request, const struct server *server, const char *method, const char *target,
  const struct text *body)
{
  text_add(request, method);
  text_add(request, " ");
  text_add(request, target);
  text_add(request, " HTTP/1.1\r\nHost: ");
  text_add(request, server->address);
  text_add(request, "\r\n");
  text_add(request, server->authorization);
  if (body) {
    text_add(request, "Content-Type: application/json\r\nContent-Length: ");
    text_add_number(request, body->length);
    text_add(request, "\r\n");
  }
  text_add(request, "\r\n");
  if (body) text_append(request, body->bytes, body->length);
}

// Sends a request over a connection and reads the answer. `again` becomes true if the request may be resent
// over another connection.
static enum exchange exchange_over(
  struct connection *connection, const struct text *request, bool repeatable, struct answer *answer,
  bool *again)
{
  connection->deadline = GetTickCount64() + CALL_SECONDS * 1000ull;
  bool sent = connection_send(connection, request);
  // An incomplete request is never performed. A server that refused the rest may have sent an answer.
  *again = connection->used && (!sent || repeatable);
  if (!sent && *again) {
    connection_close(connection);
    return EXCHANGE_LOST;
  }
  bool closes = false;
  enum exchange end = read_answer(connection, answer, &closes);
  // A connection that returned nothing may have been closed before the request arrived.
  *again = *again && end == EXCHANGE_LOST && !connection->end;
  if (end == EXCHANGE_ANSWERED && sent && !closes) {
    connection_keep(connection);
  } else {
    connection_close(connection);
  }
  return end;
}

enum exchange http_exchange(
  const char *method, const char *target, const struct text *body, bool repeatable, struct answer *answer)
{
  *answer = (struct answer){0};
  const struct server *server = server_from_environment();
  if (!server) return EXCHANGE_BAD_ENVIRONMENT;
  struct text request = {0};
  add_request(&request, server, method, target, body);
  struct connection *connection = malloc(sizeof *connection);
  enum exchange end = EXCHANGE_NO_MEMORY;
  if (connection && !request.failed) {
    bool again = false;
    end = EXCHANGE_ANSWERED;
    if (!connection_take(connection)) end = connection_open(connection);
    if (end == EXCHANGE_ANSWERED) end = exchange_over(connection, &request, repeatable, answer, &again);
    if (again) {
      end = connection_open(connection);
      if (end == EXCHANGE_ANSWERED) end = exchange_over(connection, &request, repeatable, answer, &again);
    }
  }
  free(connection);
  text_free(&request);
  return end;
}

// MARK: Events

struct stream {
  struct connection connection;
  struct body body;
  const char *bytes;
  size_t length;
};

// Reads a line of the stream, which ends with LF or with CR and LF.
static enum exchange read_stream_line(struct stream *stream, struct text *line)
{
  line->length = 0;
  for (;;) {
    if (!stream->length) {
      enum exchange end = read_body(&stream->body, &stream->bytes, &stream->length);
      if (end != EXCHANGE_ANSWERED) return end;
      if (!stream->length) return EXCHANGE_LOST;
    }
    const char *newline = memchr(stream->bytes, '\n', stream->length);
    size_t count = newline ? (size_t)(newline - stream->bytes) : stream->length;
    if (line->length + count > longest_event) return EXCHANGE_MALFORMED;
    text_append(line, stream->bytes, count);
    if (line->failed) return EXCHANGE_NO_MEMORY;
    count += newline ? 1 : 0;
    stream->bytes += count;
    stream->length -= count;
    if (!newline) continue;
    if (line->length && line->bytes[line->length - 1] == '\r') line->length--;
    return EXCHANGE_ANSWERED;
  }
}

static bool line_begins(const struct text *line, const char *start)
{
  size_t length = strlen(start);
  return line->length >= length && !memcmp(line->bytes, start, length);
}

static enum exchange subscribe(struct stream *stream, const struct server *server, int *status)
{
  struct text text = {0};
  add_request(&text, server, "GET", "/events", NULL);
  stream->connection.deadline = GetTickCount64() + CALL_SECONDS * 1000ull;
  enum exchange end = text.failed ? EXCHANGE_NO_MEMORY : EXCHANGE_LOST;
  if (!text.failed && connection_send(&stream->connection, &text)) {
    struct head head;
    end = read_head(&stream->connection, &head);
    if (end == EXCHANGE_ANSWERED) *status = head.status;
    stream->body = body_after(&stream->connection, &head);
  }
  while (end == EXCHANGE_ANSWERED && *status == 200) {
    end = read_stream_line(stream, &text);
    if (end == EXCHANGE_ANSWERED && line_begins(&text, ": subscribed")) break;
  }
  text_free(&text);
  return end;
}

enum exchange http_subscribe(HANDLE stop, struct stream **result, int *status)
{
  *result = NULL;
  *status = 0;
  const struct server *server = server_from_environment();
  if (!server) return EXCHANGE_BAD_ENVIRONMENT;
  struct stream *stream = calloc(1, sizeof *stream);
  if (!stream) return EXCHANGE_NO_MEMORY;
  enum exchange end = connection_open(&stream->connection);
  if (end != EXCHANGE_ANSWERED) {
    free(stream);
    return end;
  }
  end = subscribe(stream, server, status);
  if (end == EXCHANGE_ANSWERED) end = connection_watch(&stream->connection, stop);
  if (end != EXCHANGE_ANSWERED || *status != 200) {
    http_end_stream(stream);
    return end;
  }
  *result = stream;
  return EXCHANGE_ANSWERED;
}

enum exchange http_next_event(struct stream *stream, struct text *data)
{
  struct text line = {0};
  enum exchange end;
  data->length = 0;
  while ((end = read_stream_line(stream, &line)) == EXCHANGE_ANSWERED) {
    if (!line.length && data->length) break;
    if (!line_begins(&line, "data:")) continue;
    if (data->length + line.length > longest_event) {
      end = EXCHANGE_MALFORMED;
      break;
    }
    text_append(data, line.bytes + 5, line.length - 5);
  }
  text_free(&line);
  return data->failed ? EXCHANGE_NO_MEMORY : end;
}

void http_end_stream(struct stream *stream)
{
  connection_close(&stream->connection);
  free(stream);
}
