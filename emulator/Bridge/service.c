#include "service.h"

#include "json.h"

// The system's texts for the codes, without the period.
static const struct {
  HRESULT status;
  const char *meaning;
} meanings[] = {
  {E_NOTIMPL, "Not implemented"},
  {E_POINTER, "Invalid pointer"},
  {E_INVALIDARG, "The parameter is incorrect"},
  {E_OUTOFMEMORY, "Not enough memory resources are available to complete this operation"},
  {E_ACCESSDENIED, "Access is denied"},
  {FAILURE_INVALID_JSON, "Invalid JSON document string"},
  {FAILURE_INVALID_HANDLE, "The handle is invalid"},
  {FAILURE_BAD_ENVIRONMENT, "The environment is incorrect"},
  {FAILURE_NOT_RUNNING, "The service has not been started"},
  {FAILURE_LOST, "The network connection was aborted by the local system"},
  {FAILURE_TIMED_OUT, "This operation returned because the timeout period expired"},
  {FAILURE_BAD_ANSWER, "The specified server cannot perform the requested operation"},
  {FAILURE_TOO_LARGE, "The file size exceeds the limit allowed and cannot be saved"},
  {FAILURE_BUSY, "The requested resource is in use"},
};

static const char *meaning(HRESULT status)
{
  for (size_t index = 0; index < sizeof meanings / sizeof *meanings; index++) {
    if (meanings[index].status == status) return meanings[index].meaning;
  }
  return "Unspecified error";
}

// Returns an error record (reference: hns, 3.1). `detail` is the escaped JSON text to add.
static HRESULT fail_with(HRESULT status, struct slice detail, PWSTR *ErrorRecord)
{
  if (!ErrorRecord) return status;
  struct text record = {0};
  text_add(&record, "{\"Success\":false,\"Error\":\"");
  text_add(&record, meaning(status));
  if (detail.length) {
    text_add(&record, ": ");
    text_append(&record, detail.bytes, detail.length);
  }
  text_add(&record, ". \",\"ErrorCode\":");
  text_add_number(&record, (ULONG)status);
  text_add(&record, "}");
  if (!record.failed) *ErrorRecord = utf16_from_utf8(record.bytes, record.length);
  text_free(&record);
  return status;
}

HRESULT fail(HRESULT status, PWSTR *ErrorRecord)
{
  return fail_with(status, (struct slice){0}, ErrorRecord);
}

HRESULT service_status(enum exchange end, int status)
{
  switch (end) {
  case EXCHANGE_ANSWERED:
    break;
  case EXCHANGE_BAD_ENVIRONMENT:
    return FAILURE_BAD_ENVIRONMENT;
  case EXCHANGE_UNREACHABLE:
    return FAILURE_NOT_RUNNING;
  case EXCHANGE_LOST:
  case EXCHANGE_STOPPED:
    return FAILURE_LOST;
  case EXCHANGE_TIMED_OUT:
    return FAILURE_TIMED_OUT;
  case EXCHANGE_MALFORMED:
    return FAILURE_BAD_ANSWER;
  case EXCHANGE_NO_MEMORY:
    return E_OUTOFMEMORY;
  }
  switch (status) {
  case 401:
  case 403:
  case 421:
    return E_ACCESSDENIED;
  case 404:
    // The server lacks this function.
    return E_NOTIMPL;
  case 408:
    return FAILURE_TIMED_OUT;
  case 413:
    return FAILURE_TOO_LARGE;
  case 503:
    return FAILURE_BUSY;
  default:
    return FAILURE_BAD_ANSWER;
  }
}

static const char unknown_outcome[] = "; the call may have been carried out";

// The detail for an exchange without an answer.
static void add_detail(struct text *detail, enum exchange end)
{
  switch (end) {
  case EXCHANGE_BAD_ENVIRONMENT:
    text_add(detail, "HNSCTL_ADDRESS must be HOST:PORT or http://HOST:PORT");
    text_add(detail, ", and HNSCTL_TOKEN visible ASCII");
    break;
  case EXCHANGE_UNREACHABLE:
    text_add(detail, "nothing listens at ");
    text_add(detail, http_address());
    text_add(detail, "; start `hnsctl serve`, or set its address in HNSCTL_ADDRESS");
    break;
  case EXCHANGE_LOST:
    text_add(detail, http_address());
    text_add(detail, " closed the connection before it answered");
    text_add(detail, unknown_outcome);
    break;
  case EXCHANGE_TIMED_OUT:
    text_add(detail, http_address());
    text_add(detail, " did not answer within ");
    text_add_number(detail, CALL_SECONDS);
    text_add(detail, " seconds");
    text_add(detail, unknown_outcome);
    break;
  case EXCHANGE_MALFORMED:
    text_add(detail, "the server at ");
    text_add(detail, http_address());
    text_add(detail, " is not `hnsctl serve`");
    break;
  default:
    break;
  }
}

// The error of an exchange without the result of a call.
static HRESULT fail_exchange(enum exchange end, const struct answer *answer, PWSTR *ErrorRecord)
{
  HRESULT status = service_status(end, answer->status);
  struct text detail = {0};
  add_detail(&detail, end);
  struct slice said = {detail.bytes, detail.length};
  struct slice member;
  struct slice body = {answer->body.bytes, answer->body.length};
  // The server states why it refused the request.
  if (end == EXCHANGE_ANSWERED && json_member(body, "error", &member)) json_string(member, &said);
  fail_with(status, said, ErrorRecord);
  text_free(&detail);
  return status;
}

HRESULT service_call(const struct call *call, struct text *document, PWSTR *ErrorRecord)
{
  *document = (struct text){0};
  struct text body = {0};
  if (call->document && !text_add_utf16(&body, call->document)) {
    text_free(&body);
    return fail(FAILURE_INVALID_JSON, ErrorRecord);
  }
  text_append(call->target, "", 1);
  if (call->target->failed || body.failed) {
    text_free(&body);
    return fail(E_OUTOFMEMORY, ErrorRecord);
  }
  struct answer answer;
  enum exchange end = http_exchange("POST", call->target->bytes, &body, call->repeatable, &answer);
  text_free(&body);
  HRESULT status;
  if (end != EXCHANGE_ANSWERED || !answer.has_result) {
    status = fail_exchange(end, &answer, ErrorRecord);
  } else {
    status = answer.result;
    if (FAILED(status) && ErrorRecord) {
      *ErrorRecord = utf16_from_utf8(answer.body.bytes, answer.body.length);
      if (!*ErrorRecord) fail(status, ErrorRecord);
    }
  }
  *document = answer.body;
  return status;
}

HRESULT service_ping(PWSTR *ErrorRecord)
{
  struct answer answer;
  enum exchange end = http_exchange("GET", "/health", NULL, true, &answer);
  HRESULT status = S_OK;
  if (end != EXCHANGE_ANSWERED || answer.status != 200) status = fail_exchange(end, &answer, ErrorRecord);
  text_free(&answer.body);
  return status;
}
