// Functions of the Host Compute Service that network plugins call, to find the container of an endpoint or to
// attach the endpoint to it. The service is not emulated, so no compute system exists.
#include "compute.h"

#include <string.h>

#include "text.h"

// HCS_E_SYSTEM_NOT_FOUND
#define SYSTEM_NOT_FOUND ((HRESULT)0xC037010E)

// Returns the code for a missing compute system, with a result document if there is a pointer for it.
static HRESULT missing(PWSTR *Result)
{
  static const char document[] =
    "{\"Error\":-1070137074,\"ErrorMessage\":\"A compute system with the specified identifier does not exist.\"}";
  if (Result) *Result = utf16_from_utf8(document, strlen(document));
  return SYSTEM_NOT_FOUND;
}

HRESULT WINAPI HcsEnumerateComputeSystems(PCWSTR Query, PWSTR *ComputeSystems, PWSTR *Result)
{
  (void)Query;
  if (Result) *Result = NULL;
  if (!ComputeSystems) return E_POINTER;
  *ComputeSystems = utf16_from_utf8("[]", 2);
  return *ComputeSystems ? S_OK : E_OUTOFMEMORY;
}

HRESULT WINAPI HcsOpenComputeSystem(PCWSTR Id, HANDLE *ComputeSystem, PWSTR *Result)
{
  if (Result) *Result = NULL;
  if (!Id || !ComputeSystem) return E_POINTER;
  *ComputeSystem = NULL;
  return missing(Result);
}

HRESULT WINAPI HcsCloseComputeSystem(HANDLE ComputeSystem)
{
  (void)ComputeSystem;
  return S_OK;
}

HRESULT WINAPI HcsGetComputeSystemProperties(HANDLE ComputeSystem, PCWSTR Query, PWSTR *Properties,
                                             PWSTR *Result)
{
  (void)ComputeSystem;
  (void)Query;
  if (Properties) *Properties = NULL;
  return missing(Result);
}

HRESULT WINAPI HcsModifyComputeSystem(HANDLE ComputeSystem, PCWSTR Configuration, PWSTR *Result)
{
  (void)ComputeSystem;
  (void)Configuration;
  return missing(Result);
}

HRESULT WINAPI HcsRegisterComputeSystemCallback(HANDLE ComputeSystem, void *Callback, void *Context,
                                                HANDLE *Registration)
{
  (void)ComputeSystem;
  (void)Callback;
  (void)Context;
  if (Registration) *Registration = NULL;
  return SYSTEM_NOT_FOUND;
}

HRESULT WINAPI HcsUnregisterComputeSystemCallback(HANDLE Registration)
{
  (void)Registration;
  return S_OK;
}
