// One call of the service, and the errors that the bridge itself gives.
#ifndef HNSCTL_SERVICE_H
#define HNSCTL_SERVICE_H

#include "http.h"

// The codes the bridge gives on its own. What the service refuses comes with the service's own.
#define FAILURE_INVALID_JSON ((HRESULT)0x803B001B)
#define FAILURE_INVALID_HANDLE HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)
#define FAILURE_BAD_ENVIRONMENT HRESULT_FROM_WIN32(ERROR_BAD_ENVIRONMENT)
#define FAILURE_NOT_RUNNING HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)
#define FAILURE_LOST HRESULT_FROM_WIN32(ERROR_CONNECTION_ABORTED)
#define FAILURE_TIMED_OUT HRESULT_FROM_WIN32(ERROR_TIMEOUT)
#define FAILURE_BAD_ANSWER HRESULT_FROM_WIN32(ERROR_BAD_NET_RESP)
#define FAILURE_TOO_LARGE HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE)
#define FAILURE_BUSY HRESULT_FROM_WIN32(ERROR_BUSY)

// What a call is.
struct call {
  // The path with its query.
  struct text *target;
  // The document as the program gave it; may be NULL.
  PCWSTR document;
  // Whether it changes nothing, so that it may be sent again.
  bool repeatable;
};

// Carries out a call. Success gives the document that was answered; it is for the caller to free, as it is
// where the call failed. A failure gives an error record where there is a place for one.
HRESULT service_call(const struct call *call, struct text *document, PWSTR *ErrorRecord);
// Whether the service answers at all.
HRESULT service_ping(PWSTR *ErrorRecord);
// The HRESULT for an exchange that gave no result of a call. `status` is that of HTTP.
HRESULT service_status(enum exchange end, int status);
// Gives the error record of a failure of the bridge itself, and the failure.
HRESULT fail(HRESULT status, PWSTR *ErrorRecord);

#endif
