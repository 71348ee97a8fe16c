// The functions of computenetwork.dll, each a request to `hnsctl serve`.
#include "computenetwork.h"

#include "callbacks.h"
#include "handles.h"
#include "json.h"
#include "service.h"

// Begins the target of a request: the function's name, and the id of the object.
static struct text target_for(const char *function, const GUID *id)
{
  struct text target = {0};
  text_add(&target, "/hcn/");
  text_add(&target, function);
  if (id) {
    text_add(&target, "?id=");
    text_add_guid(&target, id);
  }
  return target;
}

// Performs a call and frees its target.
static HRESULT send_call(
  struct text target, PCWSTR document, bool repeatable, struct text *answer, PWSTR *ErrorRecord)
{
  struct call call = {&target, document, repeatable};
  HRESULT status = service_call(&call, answer, ErrorRecord);
  text_free(&target);
  return status;
}

// A function without a result, such as HcnModify* and HcnDelete*.
static HRESULT change(struct text target, PCWSTR document, PWSTR *ErrorRecord)
{
  struct text answer;
  HRESULT status = send_call(target, document, false, &answer, ErrorRecord);
  text_free(&answer);
  return status;
}

// A function that returns a document, such as HcnEnumerate* and HcnQuery*.
static HRESULT ask(struct text target, PCWSTR query, PWSTR *out, PWSTR *ErrorRecord)
{
  struct text answer;
  HRESULT status = send_call(target, query, true, &answer, ErrorRecord);
  if (SUCCEEDED(status)) {
    *out = utf16_from_utf8(answer.bytes, answer.length);
    if (!*out) status = fail(FAILURE_BAD_ANSWER, ErrorRecord);
  }
  text_free(&answer);
  return status;
}

// A function that returns a handle: HcnCreate* and HcnOpen*. The handle is allocated before the call, so that
// no object is created without one.
static HRESULT obtain(
  enum handle_kind kind, struct text target, PCWSTR settings, bool repeatable, void **handle,
  PWSTR *ErrorRecord)
{
  void *made = handle_make(kind, &(union handle_value){0});
  if (!made) {
    text_free(&target);
    return fail(E_OUTOFMEMORY, ErrorRecord);
  }
  struct text answer;
  HRESULT status = send_call(target, settings, repeatable, &answer, ErrorRecord);
  if (SUCCEEDED(status)) {
    struct slice member, id;
    union handle_value value;
    if (json_member((struct slice){answer.bytes, answer.length}, "ID", &member) && json_string(member, &id)
        && guid_from_text(id.bytes, id.length, &value.id)) {
      handle_set(made, kind, &value);
      *handle = made;
    } else {
      status = fail(FAILURE_BAD_ANSWER, ErrorRecord);
    }
  }
  if (FAILED(status)) handle_close(made, kind, NULL);
  text_free(&answer);
  return status;
}

// The first step of every function: clear the results.
static void clear(void *out, PWSTR *ErrorRecord)
{
  if (out) *(void **)out = NULL;
  if (ErrorRecord) *ErrorRecord = NULL;
}

static HRESULT enumerate(const char *function, PCWSTR query, PWSTR *out, PWSTR *ErrorRecord)
{
  clear(out, ErrorRecord);
  if (!out) return fail(E_POINTER, ErrorRecord);
  return ask(target_for(function, NULL), query, out, ErrorRecord);
}

static HRESULT create(
  enum handle_kind kind, const char *function, const GUID *id, PCWSTR settings, void **handle,
  PWSTR *ErrorRecord)
{
  clear(handle, ErrorRecord);
  if (!handle || !id) return fail(E_POINTER, ErrorRecord);
  return obtain(kind, target_for(function, id), settings, false, handle, ErrorRecord);
}

static HRESULT open(
  enum handle_kind kind, const char *function, const GUID *id, void **handle, PWSTR *ErrorRecord)
{
  clear(handle, ErrorRecord);
  if (!handle || !id) return fail(E_POINTER, ErrorRecord);
  return obtain(kind, target_for(function, id), NULL, true, handle, ErrorRecord);
}

static HRESULT modify(
  enum handle_kind kind, const char *function, void *handle, PCWSTR settings, PWSTR *ErrorRecord)
{
  clear(NULL, ErrorRecord);
  union handle_value value;
  if (!handle_find(handle, kind, &value)) return fail(FAILURE_INVALID_HANDLE, ErrorRecord);
  return change(target_for(function, &value.id), settings, ErrorRecord);
}

static HRESULT query_properties(
  enum handle_kind kind, const char *function, void *handle, PCWSTR query, PWSTR *out, PWSTR *ErrorRecord)
{
  clear(out, ErrorRecord);
  if (!out) return fail(E_POINTER, ErrorRecord);
  union handle_value value;
  if (!handle_find(handle, kind, &value)) return fail(FAILURE_INVALID_HANDLE, ErrorRecord);
  return ask(target_for(function, &value.id), query, out, ErrorRecord);
}

static HRESULT delete(const char *function, const GUID *id, PWSTR *ErrorRecord)
{
  clear(NULL, ErrorRecord);
  if (!id) return fail(E_POINTER, ErrorRecord);
  return change(target_for(function, id), NULL, ErrorRecord);
}

static HRESULT close(enum handle_kind kind, void *handle)
{
  return handle_close(handle, kind, NULL) ? S_OK : FAILURE_INVALID_HANDLE;
}

// The functions of each kind of object. HcnCreateEndpoint also takes the network.
#define OBJECT_FUNCTIONS(Name, TYPE, KIND)                                                          \
  HRESULT WINAPI HcnEnumerate##Name##s(PCWSTR Query, PWSTR *Ids, PWSTR *ErrorRecord)                \
  {                                                                                                 \
    return enumerate("HcnEnumerate" #Name "s", Query, Ids, ErrorRecord);                            \
  }                                                                                                 \
  HRESULT WINAPI HcnOpen##Name(REFGUID Id, TYPE *Handle, PWSTR *ErrorRecord)                        \
  {                                                                                                 \
    return open(KIND, "HcnOpen" #Name, Id, Handle, ErrorRecord);                                    \
  }                                                                                                 \
  HRESULT WINAPI HcnModify##Name(TYPE Handle, PCWSTR Settings, PWSTR *ErrorRecord)                  \
  {                                                                                                 \
    return modify(KIND, "HcnModify" #Name, Handle, Settings, ErrorRecord);                          \
  }                                                                                                 \
  HRESULT WINAPI HcnQuery##Name##Properties(                                                        \
    TYPE Handle, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord)                               \
  {                                                                                                 \
    return query_properties(                                                                        \
      KIND, "HcnQuery" #Name "Properties", Handle, Query, Properties, ErrorRecord);                 \
  }                                                                                                 \
  HRESULT WINAPI HcnDelete##Name(REFGUID Id, PWSTR *ErrorRecord)                                    \
  {                                                                                                 \
    return delete("HcnDelete" #Name, Id, ErrorRecord);                                              \
  }                                                                                                 \
  HRESULT WINAPI HcnClose##Name(TYPE Handle) { return close(KIND, Handle); }

#define CREATE_FUNCTION(Name, TYPE, KIND)                                                           \
  HRESULT WINAPI HcnCreate##Name(REFGUID Id, PCWSTR Settings, TYPE *Handle, PWSTR *ErrorRecord)     \
  {                                                                                                 \
    return create(KIND, "HcnCreate" #Name, Id, Settings, Handle, ErrorRecord);                      \
  }

OBJECT_FUNCTIONS(Network, HCN_NETWORK, HANDLE_NETWORK)
OBJECT_FUNCTIONS(Endpoint, HCN_ENDPOINT, HANDLE_ENDPOINT)
OBJECT_FUNCTIONS(Namespace, HCN_NAMESPACE, HANDLE_NAMESPACE)
OBJECT_FUNCTIONS(LoadBalancer, HCN_LOADBALANCER, HANDLE_LOAD_BALANCER)
OBJECT_FUNCTIONS(SdnRoute, HCN_SDNROUTE, HANDLE_SDN_ROUTE)
// A server without guest network services lacks these routes; the result is E_NOTIMPL.
OBJECT_FUNCTIONS(GuestNetworkService, HCN_GUESTNETWORKSERVICE, HANDLE_GUEST_NETWORK_SERVICE)

CREATE_FUNCTION(Network, HCN_NETWORK, HANDLE_NETWORK)
CREATE_FUNCTION(Namespace, HCN_NAMESPACE, HANDLE_NAMESPACE)
CREATE_FUNCTION(LoadBalancer, HCN_LOADBALANCER, HANDLE_LOAD_BALANCER)
CREATE_FUNCTION(SdnRoute, HCN_SDNROUTE, HANDLE_SDN_ROUTE)
CREATE_FUNCTION(GuestNetworkService, HCN_GUESTNETWORKSERVICE, HANDLE_GUEST_NETWORK_SERVICE)

HRESULT WINAPI HcnCreateEndpoint(
  HCN_NETWORK Network, REFGUID Id, PCWSTR Settings, HCN_ENDPOINT *Endpoint, PWSTR *ErrorRecord)
{
  clear(Endpoint, ErrorRecord);
  if (!Endpoint || !Id) return fail(E_POINTER, ErrorRecord);
  union handle_value network;
  if (!handle_find(Network, HANDLE_NETWORK, &network)) return fail(FAILURE_INVALID_HANDLE, ErrorRecord);
  struct text target = target_for("HcnCreateEndpoint", Id);
  text_add(&target, "&network=");
  text_add_guid(&target, &network.id);
  return obtain(HANDLE_ENDPOINT, target, Settings, false, Endpoint, ErrorRecord);
}

HRESULT WINAPI HcnQueryEndpointStats(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Stats, PWSTR *ErrorRecord)
{
  return query_properties(HANDLE_ENDPOINT, "HcnQueryEndpointStats", Endpoint, Query, Stats, ErrorRecord);
}

HRESULT WINAPI HcnQueryEndpointAddresses(
  HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Addresses, PWSTR *ErrorRecord)
{
  return query_properties(
    HANDLE_ENDPOINT, "HcnQueryEndpointAddresses", Endpoint, Query, Addresses, ErrorRecord);
}

// MARK: Notifications

HRESULT WINAPI HcnOpenService(HCN_SERVICE *Service, PWSTR *ErrorRecord)
{
  clear(Service, ErrorRecord);
  if (!Service) return fail(E_POINTER, ErrorRecord);
  HRESULT status = service_ping(ErrorRecord);
  if (FAILED(status)) return status;
  *Service = handle_make(HANDLE_SERVICE, &(union handle_value){0});
  return *Service ? S_OK : fail(E_OUTOFMEMORY, ErrorRecord);
}

HRESULT WINAPI HcnCloseService(HCN_SERVICE Service)
{
  return close(HANDLE_SERVICE, Service);
}

HRESULT WINAPI HcnRegisterServiceCallback(
  HCN_NOTIFICATION_CALLBACK Callback, void *Context, HCN_CALLBACK *CallbackHandle)
{
  clear(CallbackHandle, NULL);
  if (!CallbackHandle || !Callback) return E_POINTER;
  // An old form of this function takes the service first, and then the callback argument is not a function.
  union handle_value service;
  if (handle_find((void *)Callback, HANDLE_SERVICE, &service)) return E_INVALIDARG;
  return callback_register(Callback, Context, CallbackHandle);
}

HRESULT WINAPI HcnUnregisterServiceCallback(HCN_CALLBACK CallbackHandle)
{
  return callback_unregister(CallbackHandle);
}

// MARK: Not implemented: the notifications of guest network services and their ports

HRESULT WINAPI HcnRegisterGuestNetworkServiceCallback(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, HCN_NOTIFICATION_CALLBACK Callback, void *Context,
  HCN_CALLBACK *CallbackHandle)
{
  (void)GuestNetworkService, (void)Callback, (void)Context;
  clear(CallbackHandle, NULL);
  return E_NOTIMPL;
}

HRESULT WINAPI HcnUnregisterGuestNetworkServiceCallback(HCN_CALLBACK CallbackHandle)
{
  (void)CallbackHandle;
  return E_NOTIMPL;
}

HRESULT WINAPI HcnReserveGuestNetworkServicePort(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, HCN_PORT_PROTOCOL Protocol, HCN_PORT_ACCESS Access,
  USHORT Port, HANDLE *PortReservationHandle)
{
  (void)GuestNetworkService, (void)Protocol, (void)Access, (void)Port;
  clear(PortReservationHandle, NULL);
  return E_NOTIMPL;
}

HRESULT WINAPI HcnReserveGuestNetworkServicePortRange(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, USHORT PortCount,
  HCN_PORT_RANGE_RESERVATION *PortRangeReservation, HANDLE *PortReservationHandle)
{
  (void)GuestNetworkService, (void)PortCount, (void)PortRangeReservation;
  clear(PortReservationHandle, NULL);
  return E_NOTIMPL;
}

HRESULT WINAPI HcnReleaseGuestNetworkServicePortReservationHandle(HANDLE PortReservationHandle)
{
  (void)PortReservationHandle;
  return E_NOTIMPL;
}

HRESULT WINAPI HcnEnumerateGuestNetworkPortReservations(
  ULONG *ReturnCount, HCN_PORT_RANGE_ENTRY **PortEntries)
{
  if (ReturnCount) *ReturnCount = 0;
  clear(PortEntries, NULL);
  return E_NOTIMPL;
}

void WINAPI HcnFreeGuestNetworkPortReservations(HCN_PORT_RANGE_ENTRY *PortEntries)
{
  // There are none to free.
  (void)PortEntries;
}
