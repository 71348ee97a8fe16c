// Calls of the service, and the errors of the bridge itself.
#ifndef HNSCTL_SERVICE_H
#define HNSCTL_SERVICE_H

#include "http.h"

// The codes of the bridge itself. Errors of the service have its own codes.
#define FAILURE_INVALID_JSON ((HRESULT)0x803B001B)
#define FAILURE_INVALID_HANDLE HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)
#define FAILURE_BAD_ENVIRONMENT HRESULT_FROM_WIN32(ERROR_BAD_ENVIRONMENT)
#define FAILURE_NOT_RUNNING HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)
#define FAILURE_LOST HRESULT_FROM_WIN32(ERROR_CONNECTION_ABORTED)
#define FAILURE_TIMED_OUT HRESULT_FROM_WIN32(ERROR_TIMEOUT)
#define FAILURE_BAD_ANSWER HRESULT_FROM_WIN32(ERROR_BAD_NET_RESP)
#define FAILURE_TOO_LARGE HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE)
#define FAILURE_BUSY HRESULT_FROM_WIN32(ERROR_BUSY)

// A call of the service.
struct call {
  // The path with its query.
  struct text *target;
  // The document passed by the program; may be NULL.
  PCWSTR document;
  // Whether it changes nothing, so that it may be resent.
  bool repeatable;
};

// Performs a call. On success, `document` is the answer; the caller frees it, also on failure. A failure
// returns an error record if there is a pointer for it.
HRESULT service_call(const struct call *call, struct text *document, PWSTR *ErrorRecord);
// Whether the service is reachable.
HRESULT service_ping(PWSTR *ErrorRecord);
// The HRESULT of an exchange without the result of a call. `status` is the HTTP status.
HRESULT service_status(enum exchange end, int status);
// Returns an error record for a failure of the bridge itself, and its code.
HRESULT fail(HRESULT status, PWSTR *ErrorRecord);

#endif
