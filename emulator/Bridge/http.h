// A small and strict client of HTTP/1.1 for one server: the one HNSCTL_ADDRESS names.
#ifndef HNSCTL_HTTP_H
#define HNSCTL_HTTP_H

#include "text.h"

// How an exchange ended.
enum exchange {
  // An answer came, whatever it says.
  EXCHANGE_ANSWERED,
  // HNSCTL_ADDRESS or HNSCTL_TOKEN cannot be used.
  EXCHANGE_BAD_ENVIRONMENT,
  // Nothing answers at the address: nothing was sent.
  EXCHANGE_UNREACHABLE,
  // The connection ended after the request was sent and before the whole answer came.
  EXCHANGE_LOST,
  // No answer came in time.
  EXCHANGE_TIMED_OUT,
  // What came is no answer of the service.
  EXCHANGE_MALFORMED,
  EXCHANGE_NO_MEMORY,
  // A stream was stopped by the program.
  EXCHANGE_STOPPED,
};

// What a server answers.
struct answer {
  // The status of HTTP, such as 200.
  int status;
  // Whether the call was carried out, and then what it returned: the header X-HRESULT.
  bool has_result;
  HRESULT result;
  struct text body;
};

// A stream of events.
struct stream;

// How long a call may take, in seconds: `serve --latency` makes slow services.
enum { CALL_SECONDS = 120 };

// Sends a request and waits for the answer. The request goes over a connection that was used before where
// there is one. Where that turns out to be closed, the request is sent again over a new one if the server
// cannot have carried it out, or if it is `repeatable` since it changes nothing.
enum exchange http_exchange(
  const char *method, const char *target, const struct text *body, bool repeatable, struct answer *answer);
// The address requests go to, for messages. Never NULL.
const char *http_address(void);

// Opens the stream of events and returns once the server has subscribed it. `stop` is an event: once it is
// set, reading ends. There is no stream where the server answers with another status than 200.
enum exchange http_subscribe(HANDLE stop, struct stream **stream, int *status);
// Waits for the next event and gives its data.
enum exchange http_next_event(struct stream *stream, struct text *data);
// Closes the stream.
void http_end_stream(struct stream *stream);

#endif
