#include "callbacks.h"

#include <objbase.h>
#include <stdlib.h>

#include "handles.h"
#include "json.h"
#include "service.h"

struct subscription {
  HCN_NOTIFICATION_CALLBACK callback;
  void *context;
  struct stream *stream;
  // Set to end the thread.
  HANDLE stop;
  HANDLE thread;
  DWORD thread_id;
  // The callback unregistered itself: the thread frees the rest. Only the thread reads and writes it.
  bool ended_by_itself;
};

static void free_subscription(struct subscription *subscription)
{
  if (subscription->stream) http_end_stream(subscription->stream);
  if (subscription->thread) CloseHandle(subscription->thread);
  if (subscription->stop) CloseHandle(subscription->stop);
  free(subscription);
}

// Calls back with one event: `{"type":2,"status":0,"data":{...}}`. False if it is not an event.
static bool deliver(struct subscription *subscription, const struct text *event, DWORD *type)
{
  struct slice document = {event->bytes, event->length};
  struct slice member, data;
  unsigned long number, status;
  if (!json_member(document, "type", &member) || !json_number(member, &number)) return false;
  if (!json_member(document, "status", &member) || !json_number(member, &status)) return false;
  *type = number;
  PWSTR string = NULL;
  if (json_member(document, "data", &data) && *data.bytes == '{') {
    string = utf16_from_utf8(data.bytes, data.length);
    if (!string) return false;
  }
  subscription->callback(number, subscription->context, (HRESULT)status, string);
  CoTaskMemFree(string);
  return true;
}

static bool is_stopped(const struct subscription *subscription)
{
  return WaitForSingleObject(subscription->stop, 0) == WAIT_OBJECT_0;
}

static DWORD WINAPI run(void *parameter)
{
  struct subscription *subscription = parameter;
  struct text event = {0};
  DWORD type = HcnNotificationInvalid;
  while (http_next_event(subscription->stream, &event) == EXCHANGE_ANSWERED && !is_stopped(subscription)) {
    if (!deliver(subscription, &event, &type) || is_stopped(subscription)) break;
  }
  // A service that stops sends a last event. A lost service counts as stopped.
  if (!is_stopped(subscription) && type != HcnNotificationServiceDisconnect) {
    subscription->callback(HcnNotificationServiceDisconnect, subscription->context, S_OK, NULL);
  }
  text_free(&event);
  if (subscription->ended_by_itself) free_subscription(subscription);
  return 0;
}

// A thread runs in this library, so it must stay loaded.
static bool stay_loaded(void)
{
  HMODULE library;
  return GetModuleHandleExW(
    GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (PCWSTR)(void *)run, &library);
}

static HRESULT start(struct subscription *subscription, HCN_CALLBACK *handle)
{
  subscription->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (!subscription->stop || !stay_loaded()) return E_OUTOFMEMORY;
  int status;
  enum exchange end = http_subscribe(subscription->stop, &subscription->stream, &status);
  if (!subscription->stream) return service_status(end, status);
  subscription->thread = CreateThread(NULL, 0, run, subscription, CREATE_SUSPENDED, &subscription->thread_id);
  if (!subscription->thread) return E_OUTOFMEMORY;
  *handle = handle_make(HANDLE_CALLBACK, &(union handle_value){.subscription = subscription});
  if (!*handle) SetEvent(subscription->stop);
  // From here on the callback may run and unregister itself, so the handle must already be stored.
  HANDLE thread = subscription->thread;
  bool made = *handle;
  ResumeThread(thread);
  if (made) return S_OK;
  WaitForSingleObject(thread, INFINITE);
  return E_OUTOFMEMORY;
}

HRESULT callback_register(HCN_NOTIFICATION_CALLBACK callback, void *context, HCN_CALLBACK *handle)
{
  struct subscription *subscription = calloc(1, sizeof *subscription);
  if (!subscription) return E_OUTOFMEMORY;
  subscription->callback = callback;
  subscription->context = context;
  HRESULT status = start(subscription, handle);
  if (FAILED(status)) free_subscription(subscription);
  return status;
}

HRESULT callback_unregister(HCN_CALLBACK handle)
{
  union handle_value value;
  if (!handle_close(handle, HANDLE_CALLBACK, &value)) return FAILURE_INVALID_HANDLE;
  struct subscription *subscription = value.subscription;
  if (subscription->thread_id == GetCurrentThreadId()) {
    subscription->ended_by_itself = true;
    SetEvent(subscription->stop);
    return S_OK;
  }
  SetEvent(subscription->stop);
  WaitForSingleObject(subscription->thread, INFINITE);
  free_subscription(subscription);
  return S_OK;
}
