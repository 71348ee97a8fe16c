// Makes the calls given as arguments, in order, and prints the result of each: the HRESULT and the document
// or the error record. Usage: calls.exe [list|open|create|delete|get|post|watch|unwatch|random|system|systems]...
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <objbase.h>

#include <computenetwork.h>

HRESULT WINAPI HNSCall(PCWSTR Method, PCWSTR Path, PCWSTR Request, PWSTR *Response);
HRESULT WINAPI HcsOpenComputeSystem(PCWSTR Id, HANDLE *ComputeSystem, PWSTR *Result);
HRESULT WINAPI HcsGetComputeSystemProperties(HANDLE ComputeSystem, PCWSTR Query, PWSTR *Properties,
                                             PWSTR *Result);
HRESULT WINAPI HcsEnumerateComputeSystems(PCWSTR Query, PWSTR *ComputeSystems, PWSTR *Result);

static const GUID id = {0x37B9E55C, 0x0001, 0x4B6F, {0x96, 0x9F, 0x85, 0x85, 0xA8, 0x9D, 0xC6, 0xE5}};

static void print_text(PWSTR text)
{
  if (!text) return;
  char bytes[4096];
  if (WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL)) printf(" %s", bytes);
  CoTaskMemFree(text);
}

static void CALLBACK print_notification(DWORD type, void *context, HRESULT status, PCWSTR data)
{
  (void)data;
  printf("watch 0x%lx 0x%08lx\n", (unsigned long)type, (unsigned long)status);
  if (type == HcnNotificationServiceDisconnect) SetEvent(context);
}

static void CALLBACK note_notification(DWORD type, void *context, HRESULT status, PCWSTR data)
{
  print_notification(type, context, status, data);
  SetEvent(context);
}

// Registers a callback, and unregisters it once it has set its event.
static HRESULT watch(HCN_NOTIFICATION_CALLBACK callback)
{
  HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
  HCN_CALLBACK handle = NULL;
  HRESULT status = HcnRegisterServiceCallback(callback, event, &handle);
  if (FAILED(status)) return status;
  WaitForSingleObject(event, 20000);
  return HcnUnregisterServiceCallback(handle);
}

// Two results of ProcessPrng, which must differ from each other and from the initial contents.
static HRESULT draw(void)
{
  BOOL(WINAPI *process_prng)(BYTE *, SIZE_T);
  HMODULE module = LoadLibraryA("bcryptprimitives.dll");
  FARPROC address = module ? GetProcAddress(module, "ProcessPrng") : NULL;
  if (!address) return HRESULT_FROM_WIN32(ERROR_PROC_NOT_FOUND);
  memcpy(&process_prng, &address, sizeof process_prng);
  static BYTE nothing[64], one[64], other[64];
  if (!process_prng(NULL, 0) || !process_prng(one, sizeof one)) return E_FAIL;
  if (!process_prng(other, sizeof other)) return E_FAIL;
  bool differ = memcmp(one, other, sizeof one) && memcmp(one, nothing, sizeof one)
    && memcmp(other, nothing, sizeof other);
  return differ ? S_OK : E_FAIL;
}

// What a plugin asks about the container of an endpoint: both calls must give the same answer.
static HRESULT open_system(PWSTR *record)
{
  HANDLE system = NULL;
  PWSTR properties = NULL, other = NULL;
  HRESULT status = HcsOpenComputeSystem(L"web", &system, record);
  bool same = HcsGetComputeSystemProperties(system, L"{}", &properties, &other) == status;
  CoTaskMemFree(other);
  return same && !system && !properties ? status : E_FAIL;
}

int main(int count, char **arguments)
{
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int index = 1; index < count; index++) {
    const char *name = arguments[index];
    PWSTR out = NULL, record = NULL;
    HCN_NETWORK network = NULL;
    HRESULT status = E_INVALIDARG;
    if (!strcmp(name, "list")) status = HcnEnumerateNetworks(NULL, &out, &record);
    if (!strcmp(name, "open")) status = HcnOpenNetwork(&id, &network, &record);
    if (!strcmp(name, "create")) status = HcnCreateNetwork(&id, L"{}", &network, &record);
    if (!strcmp(name, "delete")) status = HcnDeleteNetwork(&id, &record);
    if (!strcmp(name, "get")) status = HNSCall(L"GET", L"/networks/", L"", &out);
    if (!strcmp(name, "post")) status = HNSCall(L"POST", L"/networks/", L"{}", &out);
    if (!strcmp(name, "watch")) status = watch(print_notification);
    // Unregisters after the first notification, whatever else the server sends.
    if (!strcmp(name, "unwatch")) status = watch(note_notification);
    if (!strcmp(name, "random")) status = draw();
    if (!strcmp(name, "system")) status = open_system(&record);
    if (!strcmp(name, "systems")) status = HcsEnumerateComputeSystems(L"{}", &out, &record);
    printf("%s 0x%08lx", name, (unsigned long)status);
    print_text(out);
    print_text(record);
    printf("\n");
  }
  return 0;
}
