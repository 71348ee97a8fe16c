// A small and strict HTTP/1.1 client for one server, the one given by HNSCTL_ADDRESS.
#ifndef HNSCTL_HTTP_H
#define HNSCTL_HTTP_H

#include "text.h"

// How an exchange ended.
enum exchange {
  // An answer arrived, with any status.
  EXCHANGE_ANSWERED,
  // HNSCTL_ADDRESS or HNSCTL_TOKEN is invalid.
  EXCHANGE_BAD_ENVIRONMENT,
  // Nothing listens at the address: nothing was sent.
  EXCHANGE_UNREACHABLE,
  // The connection was lost after the request was sent and before the answer was complete.
  EXCHANGE_LOST,
  // Timed out waiting for the answer.
  EXCHANGE_TIMED_OUT,
  // The answer is not one of the service.
  EXCHANGE_MALFORMED,
  EXCHANGE_NO_MEMORY,
  // The program stopped the stream.
  EXCHANGE_STOPPED,
};

// The answer of the server.
struct answer {
  // The HTTP status, such as 200.
  int status;
  // Whether the call was performed, and its return value: the header X-HRESULT.
  bool has_result;
  HRESULT result;
  struct text body;
};

// A stream of events.
struct stream;

// The timeout of a call, in seconds: `serve --latency` simulates slow services.
enum { CALL_SECONDS = 120 };

// Sends a request and waits for the answer. An idle connection is reused if there is one. If it turns out to
// be closed, the request is resent over a new connection, provided the server cannot have performed it, or it
// is `repeatable` because it changes nothing.
enum exchange http_exchange(
  const char *method, const char *target, const struct text *body, bool repeatable, struct answer *answer);
// The address of the server, for messages. Never NULL.
const char *http_address(void);

// Opens the event stream and returns once the server has subscribed it. Reading ends when the event `stop` is
// set. There is no stream if the status is not 200.
enum exchange http_subscribe(HANDLE stop, struct stream **stream, int *status);
// Waits for the next event and returns its data.
enum exchange http_next_event(struct stream *stream, struct text *data);
// Closes the stream.
void http_end_stream(struct stream *stream);

#endif
