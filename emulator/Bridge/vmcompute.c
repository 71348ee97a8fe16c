// The function of vmcompute.dll that implements the Host Networking Service version 1.
#include "computenetwork.h"

#include <string.h>

#include "service.h"

// Adds a query parameter. False if it is not valid UTF-16.
static bool add_parameter(struct text *target, const char *name, PCWSTR value)
{
  struct text plain = {0};
  bool valid = text_add_utf16(&plain, value);
  text_add(target, name);
  text_add_encoded(target, &plain);
  target->failed |= plain.failed;
  text_free(&plain);
  return valid;
}

HRESULT WINAPI HNSCall(PCWSTR Method, PCWSTR Path, PCWSTR Request, PWSTR *Response)
{
  if (!Response) return E_POINTER;
  *Response = NULL;
  if (!Method || !Path) return E_POINTER;
  struct text target = {0};
  HRESULT status = E_INVALIDARG;
  if (add_parameter(&target, "/hns?method=", Method) && add_parameter(&target, "&path=", Path)) {
    struct call call = {&target, Request, !_wcsicmp(Method, L"GET")};
    struct text answer;
    status = service_call(&call, &answer, NULL);
    if (SUCCEEDED(status)) {
      *Response = utf16_from_utf8(answer.bytes, answer.length);
      if (!*Response) status = FAILURE_BAD_ANSWER;
    }
    text_free(&answer);
  }
  text_free(&target);
  return status;
}
