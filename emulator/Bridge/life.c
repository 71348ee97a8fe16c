// A client for Windows that takes a network through its lifecycle with computenetwork.dll and vmcompute.dll:
// two endpoints, a namespace, ACLs, a load balancer, an SDN route, notifications, and errors along the way.
// Prints a line per step and stops at the first unexpected result.
//
// It is compiled with the header of the toolchain if that has one, not with the project's own, so that it is
// a client independent of the bridge. With the argument `outlive` it waits for the service to stop.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <objbase.h>

#include <computenetwork.h>

#define NETWORK_NOT_FOUND ((HRESULT)0x803B0001)
#define ENDPOINT_NOT_FOUND ((HRESULT)0x803B0002)
#define NETWORK_ALREADY_EXISTS ((HRESULT)0x803B0010)
#define INVALID_JSON ((HRESULT)0x803B001B)
#define ELEMENT_NOT_FOUND HRESULT_FROM_WIN32(ERROR_NOT_FOUND)
#define BAD_HANDLE HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)
#define NOT_RUNNING HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)

// Not in any public header; clients look these functions up by name.
typedef void *SDN_ROUTE;
static struct {
  HRESULT(WINAPI *EnumerateSdnRoutes)(PCWSTR, PWSTR *, PWSTR *);
  HRESULT(WINAPI *CreateSdnRoute)(REFGUID, PCWSTR, SDN_ROUTE *, PWSTR *);
  HRESULT(WINAPI *OpenSdnRoute)(REFGUID, SDN_ROUTE *, PWSTR *);
  HRESULT(WINAPI *QuerySdnRouteProperties)(SDN_ROUTE, PCWSTR, PWSTR *, PWSTR *);
  HRESULT(WINAPI *DeleteSdnRoute)(REFGUID, PWSTR *);
  HRESULT(WINAPI *CloseSdnRoute)(SDN_ROUTE);
  HRESULT(WINAPI *QueryEndpointStats)(HCN_ENDPOINT, PCWSTR, PWSTR *, PWSTR *);
  HRESULT(WINAPI *OpenGuestNetworkService)(REFGUID, void **, PWSTR *);
  HRESULT(WINAPI *HNSCall)(PCWSTR, PCWSTR, PCWSTR, PWSTR *);
} found;

static const GUID network_id = {0x37B9E55C, 0x0001, 0x4B6F, {0x96, 0x9F, 0x85, 0x85, 0xA8, 0x9D, 0xC6, 0xE5}};
static const GUID first_id = {0x9F6C0B1E, 0x0001, 0x4A53, {0x9D, 0x0E, 0x5F, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E}};
static const GUID second_id = {0x9F6C0B1E, 0x0002, 0x4A53, {0x9D, 0x0E, 0x5F, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E}};
#define ID_TAIL {0x98, 0xAE, 0x7C, 0x0A, 0xC5, 0x90, 0xD2, 0xDC}
static const GUID namespace_id = {0x910F7D92, 0x0001, 0x4C3F, ID_TAIL};
static const GUID balancer_id = {0x5C3E2A10, 0x0001, 0x4C3F, ID_TAIL};
static const GUID route_id = {0x5C3E2A10, 0x0002, 0x4C3F, ID_TAIL};
static const GUID nobody = {0x0BADC0DE, 0x0001, 0x4C3F, ID_TAIL};
static const GUID zero;
#define QUERY L"{\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}"

// MARK: Checks

static PWSTR record;

static void deviation(const char *step, HRESULT status, PCWSTR text)
{
  printf("UNEXPECTED: %s: 0x%08lx %ls\n", step, (unsigned long)status, text ? text : L"(nothing)");
  exit(1);
}

// A success without an error record.
static void succeeds(const char *step, HRESULT status)
{
  if (status != S_OK || record) deviation(step, status, record);
  printf("%s\n", step);
}

// A failure with this code, and an error record with the same code.
static void fails(const char *step, HRESULT status, HRESULT expected)
{
  WCHAR code[40];
  swprintf(code, 40, L"\"ErrorCode\":%lu}", (unsigned long)expected);
  bool is_record = record && wcsstr(record, code) && wcsstr(record, L"{\"Success\":false,\"Error\":\"");
  if (status != expected || !is_record) deviation(step, status, record);
  printf("%s: 0x%08lx\n", step, (unsigned long)status);
  CoTaskMemFree(record);
  record = NULL;
}

// A failure of a function without an error record.
static void fails_silently(const char *step, HRESULT status, HRESULT expected)
{
  if (status != expected) deviation(step, status, NULL);
  printf("%s: 0x%08lx\n", step, (unsigned long)status);
}

static bool contains(PCWSTR text, PCWSTR part)
{
  for (size_t length = wcslen(part); text && *text; text++) {
    if (!_wcsnicmp(text, part, length)) return true;
  }
  return false;
}

// A success with a document that contains each of these parts, in any case.
static void answers(const char *step, HRESULT status, PWSTR *document, PCWSTR part, PCWSTR other)
{
  if (status != S_OK || record) deviation(step, status, record);
  if (!*document || !contains(*document, part) || (other && !contains(*document, other))) {
    deviation(step, status, *document);
  }
  printf("%s\n", step);
  CoTaskMemFree(*document);
  *document = NULL;
}

static void look_up(const char *library, const char *name, void *function)
{
  HMODULE module = LoadLibraryA(library);
  FARPROC address = module ? GetProcAddress(module, name) : NULL;
  if (!address) {
    printf("UNEXPECTED: %s has no %s\n", library, name);
    exit(1);
  }
  memcpy(function, &address, sizeof address);
}

static void look_up_all(void)
{
  static const char network[] = "computenetwork.dll";
  look_up(network, "HcnEnumerateSdnRoutes", &found.EnumerateSdnRoutes);
  look_up(network, "HcnCreateSdnRoute", &found.CreateSdnRoute);
  look_up(network, "HcnOpenSdnRoute", &found.OpenSdnRoute);
  look_up(network, "HcnQuerySdnRouteProperties", &found.QuerySdnRouteProperties);
  look_up(network, "HcnDeleteSdnRoute", &found.DeleteSdnRoute);
  look_up(network, "HcnCloseSdnRoute", &found.CloseSdnRoute);
  look_up(network, "HcnQueryEndpointStats", &found.QueryEndpointStats);
  look_up(network, "HcnOpenGuestNetworkService", &found.OpenGuestNetworkService);
  look_up("vmcompute.dll", "HNSCall", &found.HNSCall);
}

// MARK: Notifications

enum { MOST_NOTES = 64 };

struct notes {
  HANDLE arrived;
  HCN_CALLBACK handle;
  volatile LONG count;
  DWORD types[MOST_NOTES];
  WCHAR data[MOST_NOTES][128];
  bool leaves_at_once;
};

static void CALLBACK note(DWORD type, void *context, HRESULT status, PCWSTR data)
{
  struct notes *notes = context;
  LONG place = notes->count;
  if (place < MOST_NOTES && status == S_OK) {
    notes->types[place] = type;
    if (data) wcsncpy(notes->data[place], data, 127);
    InterlockedIncrement(&notes->count);
  }
  if (notes->leaves_at_once) HcnUnregisterServiceCallback(notes->handle);
  ReleaseSemaphore(notes->arrived, 1, NULL);
}

static void wait_for_notes(const char *step, struct notes *notes, LONG count)
{
  for (LONG number = 0; number < count; number++) {
    if (WaitForSingleObject(notes->arrived, 20000) != WAIT_OBJECT_0) {
      printf("UNEXPECTED: %s: %ld of %ld notifications\n", step, notes->count, count);
      exit(1);
    }
  }
}

static void notes_are(const char *step, struct notes *notes, const DWORD *types, LONG count)
{
  wait_for_notes(step, notes, count);
  for (LONG place = 0; place < count; place++) {
    if (notes->types[place] == types[place]) continue;
    printf("UNEXPECTED: %s: number %ld is 0x%lx and not 0x%lx\n", step, place + 1,
      notes->types[place], types[place]);
    exit(1);
  }
  printf("%s\n", step);
}

static void begin_notes(struct notes *notes)
{
  notes->arrived = CreateSemaphoreW(NULL, 0, MOST_NOTES, NULL);
  succeeds("register a callback", HcnRegisterServiceCallback(note, notes, &notes->handle));
}

// MARK: The lifecycle

static HCN_NETWORK network;
static HCN_ENDPOINT first, second;
static HCN_NAMESPACE namespace;

static void create_network(void)
{
  PWSTR document = NULL;
  answers("query the version", found.HNSCall(L"GET", L"/globals/version", L"", &document), &document,
    L"\"Success\":true", L"\"Major\":");
  PCWSTR settings =
    L"{\"Name\":\"podnet\",\"Type\":\"Overlay\","
    L"\"Policies\":[{\"Type\":\"NetAdapterName\",\"Settings\":{\"NetworkAdapterName\":\"Ethernet\"}}],"
    L"\"Ipams\":[{\"Type\":\"Static\",\"Subnets\":[{\"IpAddressPrefix\":\"10.244.7.0/24\","
    L"\"Policies\":[{\"Type\":\"VSID\",\"Settings\":{\"IsolationId\":4096}}],"
    L"\"Routes\":[{\"NextHop\":\"10.244.7.1\",\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}],"
    L"\"Flags\":8,\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}";
  succeeds("create a network", HcnCreateNetwork(&network_id, settings, &network, &record));
  HCN_NETWORK again = NULL;
  fails("create it again", HcnCreateNetwork(&network_id, settings, &again, &record), NETWORK_ALREADY_EXISTS);
  if (again) deviation("create it again gives no handle", S_OK, NULL);
  answers("list networks", HcnEnumerateNetworks(QUERY, &document, &record), &document,
    L"\"37b9e55c-0001-4b6f-969f-8585a89dc6e5\"", NULL);
  answers("query the network", HcnQueryNetworkProperties(network, QUERY, &document, &record), &document,
    L"\"podnet\"", L"10.244.7.0/24");
  answers("list networks as version 1", found.HNSCall(L"GET", L"/networks/", L"", &document), &document,
    L"\"Success\":true", L"37b9e55c-0001-4b6f-969f-8585a89dc6e5");
  succeeds("open the network", HcnOpenNetwork(&network_id, &again, &record));
  if (again == network) deviation("two handles differ", S_OK, NULL);
  succeeds("close one handle of two", HcnCloseNetwork(again));
}

static void create_endpoints(void)
{
  PWSTR document = NULL;
  succeeds("create an endpoint",
    HcnCreateEndpoint(network, &first_id,
      L"{\"Name\":\"pod1\",\"IpConfigurations\":[{\"IpAddress\":\"10.244.7.5\",\"PrefixLength\":24}],"
      L"\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}",
      &first, &record));
  succeeds("create another endpoint",
    HcnCreateEndpoint(network, &zero,
      L"{\"ID\":\"9F6C0B1E-0002-4A53-9D0E-5F1A2B3C4D5E\",\"Name\":\"pod \u00e9 \U0001F600\","
      L"\"IpConfigurations\":[{\"IpAddress\":\"10.244.7.6\",\"PrefixLength\":24}],"
      L"\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}",
      &second, &record));
  answers("query the other endpoint",
    HcnQueryEndpointProperties(second, QUERY, &document, &record), &document,
    L"9f6c0b1e-0002-4a53-9d0e-5f1a2b3c4d5e", L"pod ");
  answers("list endpoints", HcnEnumerateEndpoints(NULL, &document, &record), &document,
    L"9f6c0b1e-0001-4a53-9d0e-5f1a2b3c4d5e", L"9f6c0b1e-0002-4a53-9d0e-5f1a2b3c4d5e");
  answers("query statistics", found.QueryEndpointStats(first, NULL, &document, &record), &document,
    L"9f6c0b1e-0001-4a53-9d0e-5f1a2b3c4d5e", NULL);
}

static void create_namespace(void)
{
  PWSTR document = NULL;
  succeeds("create a namespace",
    HcnCreateNamespace(&namespace_id, L"{\"Type\":\"Host\",\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}",
      &namespace, &record));
  succeeds("add the endpoint to it",
    HcnModifyNamespace(namespace,
      L"{\"ResourceType\":\"Endpoint\",\"RequestType\":\"Add\","
      L"\"Settings\":{\"EndpointId\":\"9F6C0B1E-0001-4A53-9D0E-5F1A2B3C4D5E\"}}",
      &record));
  answers("query the namespace",
    HcnQueryNamespaceProperties(namespace, QUERY, &document, &record), &document,
    L"\"Resources\":[", L"9f6c0b1e-0001-4a53-9d0e-5f1a2b3c4d5e");
}

static void set_policies(void)
{
  PWSTR document = NULL;
  succeeds("set ACLs",
    HcnModifyEndpoint(first,
      L"{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":["
      L"{\"Type\":\"ACL\",\"Settings\":{\"Protocols\":\"6\",\"RemoteAddresses\":\"10.0.0.0/8\","
      L"\"LocalPorts\":\"80,8000-8100\",\"Priority\":300,\"Id\":\"web-in\",\"Action\":\"Allow\","
      L"\"Direction\":\"In\",\"RuleType\":\"Switch\"}},"
      L"{\"Type\":\"ACL\",\"Settings\":{\"Priority\":65500,\"Id\":\"rest\",\"Action\":\"Block\","
      L"\"Direction\":\"In\",\"RuleType\":\"Switch\"}}]}}",
      &record));
  answers("read the ACLs back", HcnQueryEndpointProperties(first, QUERY, &document, &record), &document,
    L"\"web-in\"", L"\"80,8000-8100\"");

  HCN_LOADBALANCER balancer = NULL;
  succeeds("create a load balancer",
    HcnCreateLoadBalancer(&balancer_id,
      L"{\"HostComputeEndpoints\":[\"9F6C0B1E-0001-4A53-9D0E-5F1A2B3C4D5E\"],"
      L"\"FrontendVIPs\":[\"10.96.0.1\"],"
      L"\"PortMappings\":[{\"Protocol\":6,\"InternalPort\":6443,\"ExternalPort\":443}],"
      L"\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}",
      &balancer, &record));
  answers("query the load balancer", HcnQueryLoadBalancerProperties(balancer, QUERY, &document, &record),
    &document, L"\"10.96.0.1\"", L"6443");
  answers("list load balancers", HcnEnumerateLoadBalancers(QUERY, &document, &record), &document,
    L"5c3e2a10-0001-4c3f-98ae-7c0ac590d2dc", NULL);

  SDN_ROUTE route = NULL;
  succeeds("create an SDN route",
    found.CreateSdnRoute(&route_id,
      L"{\"HostComputeEndpoints\":[\"9F6C0B1E-0001-4A53-9D0E-5F1A2B3C4D5E\"],\"Setting\":["
      L"{\"DestinationPrefix\":\"169.254.169.254/24\",\"NextHop\":\"127.10.0.33\"}],"
      L"\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}",
      &route, &record));
  answers("list SDN routes", found.EnumerateSdnRoutes(NULL, &document, &record), &document,
    L"5c3e2a10-0002-4c3f-98ae-7c0ac590d2dc", NULL);
  answers("query the SDN route", found.QuerySdnRouteProperties(route, QUERY, &document, &record), &document,
    L"127.10.0.33", NULL);
  succeeds("close the SDN route", found.CloseSdnRoute(route));
  succeeds("delete the SDN route", found.DeleteSdnRoute(&route_id, &record));
  fails("open it after that", found.OpenSdnRoute(&route_id, &route, &record), ELEMENT_NOT_FOUND);
  succeeds("delete the load balancer", HcnDeleteLoadBalancer(&balancer_id, &record));
  fails("query it after that", HcnQueryLoadBalancerProperties(balancer, QUERY, &document, &record),
    ELEMENT_NOT_FOUND);
  succeeds("close the load balancer", HcnCloseLoadBalancer(balancer));
}

static void attach(void)
{
  PWSTR document = NULL;
  answers("attach the other endpoint as version 1",
    found.HNSCall(L"POST", L"/endpoints/9F6C0B1E-0002-4A53-9D0E-5F1A2B3C4D5E/attach",
      L"{\"ContainerId\":\"c1\",\"SystemType\":\"Container\"}", &document),
    &document, L"\"Success\":true", NULL);
  answers("detach it",
    found.HNSCall(L"POST", L"/endpoints/9F6C0B1E-0002-4A53-9D0E-5F1A2B3C4D5E/detach",
      L"{\"ContainerId\":\"c1\",\"SystemType\":\"Container\"}", &document),
    &document, L"\"Success\":true", NULL);
  answers("delete a missing endpoint as version 1",
    found.HNSCall(L"DELETE", L"/endpoints/0BADC0DE-0001-4C3F-98AE-7C0AC590D2DC", L"", &document), &document,
    L"\"Success\":false", L"The endpoint was not found. ");
}

static void misuse(void)
{
  PWSTR document = (PWSTR)(uintptr_t)1;
  HCN_NETWORK none = NULL;
  fails("open a missing network", HcnOpenNetwork(&nobody, &none, &record), NETWORK_NOT_FOUND);
  if (none) deviation("a missing network has no handle", S_OK, NULL);
  fails("open a missing endpoint", HcnOpenEndpoint(&nobody, &none, &record), ENDPOINT_NOT_FOUND);
  fails("open a missing namespace", HcnOpenNamespace(&nobody, &none, &record), ELEMENT_NOT_FOUND);
  fails("create from invalid JSON", HcnCreateNetwork(&nobody, L"{\"Name\":", &none, &record), INVALID_JSON);
  fails("create from invalid UTF-16",
    HcnCreateNetwork(&nobody, L"{\"Name\":\"\xD800\"}", &none, &record), INVALID_JSON);
  fails_silently("call with invalid UTF-16", found.HNSCall(L"GET", L"/\xDC00", L"", &document), E_INVALIDARG);
  if (document) deviation("a failed call has no response", S_OK, NULL);
  fails_silently("a failure without a record", HcnOpenNetwork(&nobody, &none, NULL), NETWORK_NOT_FOUND);
  fails("query a network with an endpoint's handle",
    HcnQueryNetworkProperties(first, QUERY, &document, &record),
    BAD_HANDLE);
  fails("query with no handle", HcnQueryNetworkProperties(NULL, QUERY, &document, &record), BAD_HANDLE);
  fails("query with an address", HcnQueryNetworkProperties(&none, QUERY, &document, &record), BAD_HANDLE);
  fails("query with a wild handle",
    HcnQueryNetworkProperties((void *)(uintptr_t)0xFFFFFFFFFFFFFFFF, QUERY, &document, &record), BAD_HANDLE);
  fails("query with an adjacent handle",
    HcnQueryNetworkProperties((char *)network + 40000, QUERY, &document, &record),
    BAD_HANDLE);
  fails("create an endpoint on no network",
    HcnCreateEndpoint(NULL, &nobody, L"{}", &none, &record), BAD_HANDLE);
  fails("list without a result pointer", HcnEnumerateNetworks(QUERY, NULL, &record), E_POINTER);
  fails("create without a result pointer", HcnCreateNetwork(&nobody, L"{}", NULL, &record), E_POINTER);
  fails("delete without an id", HcnDeleteNetwork(NULL, &record), E_POINTER);
  fails_silently("call without a result pointer", found.HNSCall(L"GET", L"/networks/", L"", NULL), E_POINTER);
  fails(
    "open a missing guest network service", found.OpenGuestNetworkService(&nobody, &none, &record),
    ELEMENT_NOT_FOUND);
}

static DWORD WINAPI ask_often(void *parameter)
{
  (void)parameter;
  for (int round = 0; round < 50; round++) {
    PWSTR document = NULL, error = NULL;
    HCN_NETWORK handle = NULL;
    if (HcnOpenNetwork(&network_id, &handle, &error) != S_OK) return 1;
    if (HcnQueryNetworkProperties(handle, QUERY, &document, &error) != S_OK) return 1;
    if (!contains(document, L"podnet")) return 1;
    CoTaskMemFree(document);
    if (HcnCloseNetwork(handle) != S_OK || HcnCloseNetwork(handle) == S_OK) return 1;
  }
  return 0;
}

// Handles of other threads are reused at once, so a double close would hit another thread's handle.
static void ask_from_threads(void)
{
  HANDLE threads[4];
  for (int number = 0; number < 4; number++) {
    threads[number] = CreateThread(NULL, 0, ask_often, NULL, 0, NULL);
  }
  for (int number = 0; number < 4; number++) {
    DWORD end = 1;
    WaitForSingleObject(threads[number], INFINITE);
    GetExitCodeThread(threads[number], &end);
    CloseHandle(threads[number]);
    if (end) deviation("query from four threads", E_FAIL, NULL);
  }
  printf("query from four threads\n");
}

static void end_life(void)
{
  PWSTR document = NULL;
  succeeds("remove the endpoint from the namespace",
    HcnModifyNamespace(namespace,
      L"{\"ResourceType\":\"Endpoint\",\"RequestType\":\"Remove\","
      L"\"Settings\":{\"EndpointId\":\"9F6C0B1E-0001-4A53-9D0E-5F1A2B3C4D5E\"}}",
      &record));
  succeeds("delete the namespace", HcnDeleteNamespace(&namespace_id, &record));
  fails("query it by the remaining handle",
    HcnQueryNamespaceProperties(namespace, QUERY, &document, &record),
    ELEMENT_NOT_FOUND);
  succeeds("close that handle", HcnCloseNamespace(namespace));
  fails_silently("close it again", HcnCloseNamespace(namespace), BAD_HANDLE);
  fails("query with the closed handle",
    HcnQueryNamespaceProperties(namespace, QUERY, &document, &record), BAD_HANDLE);
  succeeds("delete the endpoint", HcnDeleteEndpoint(&first_id, &record));
  fails("delete it again", HcnDeleteEndpoint(&first_id, &record), ENDPOINT_NOT_FOUND);
  fails("modify it by the remaining handle",
    HcnModifyEndpoint(first,
      L"{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":[]}}", &record),
    ENDPOINT_NOT_FOUND);
  succeeds("close that handle", HcnCloseEndpoint(first));
  succeeds("delete the other endpoint", HcnDeleteEndpoint(&second_id, &record));
  succeeds("close its handle", HcnCloseEndpoint(second));
  succeeds("delete the network", HcnDeleteNetwork(&network_id, &record));
  fails("query it by the remaining handle",
    HcnQueryNetworkProperties(network, QUERY, &document, &record),
    NETWORK_NOT_FOUND);
  succeeds("close that handle", HcnCloseNetwork(network));
}

static int outlive(void)
{
  static struct notes notes;
  static const DWORD end[] = {HcnNotificationServiceDisconnect};
  begin_notes(&notes);
  printf("waiting for the service to stop\n");
  fflush(stdout);
  notes_are("notified that the service stopped", &notes, end, 1);
  succeeds("end the callback", HcnUnregisterServiceCallback(notes.handle));
  PWSTR document = NULL;
  fails("list networks of a service that stopped",
    HcnEnumerateNetworks(QUERY, &document, &record), NOT_RUNNING);
  fails_silently("call a service that stopped",
    found.HNSCall(L"GET", L"/networks/", L"", &document), NOT_RUNNING);
  fails_silently("register with a service that stopped",
    HcnRegisterServiceCallback(note, &notes, &notes.handle),
    NOT_RUNNING);
  printf("all steps passed\n");
  return 0;
}

int main(int count, char **arguments)
{
  setvbuf(stdout, NULL, _IONBF, 0);
  look_up_all();
  if (count > 1 && !strcmp(arguments[1], "outlive")) return outlive();
  static struct notes notes, first_note = {.leaves_at_once = true};
  begin_notes(&notes);
  create_network();
  create_endpoints();
  create_namespace();
  set_policies();
  attach();
  misuse();
  ask_from_threads();
  // This one receives the notification of the deleted namespace and then unregisters from within the
  // callback.
  begin_notes(&first_note);
  end_life();
  static const DWORD life[] = {
    HcnNotificationNetworkPreCreate, HcnNotificationNetworkCreate, HcnNotificationNamespaceCreate,
    HcnNotificationNetworkEndpointAttached, HcnNotificationNetworkEndpointDetached,
    HcnNotificationNamespaceDelete, HcnNotificationNetworkPreDelete, HcnNotificationNetworkDelete,
  };
  notes_are("notified of everything in order", &notes, life, sizeof life / sizeof *life);
  PCWSTR created = notes.data[1];
  if (!contains(created, L"37b9e55c-0001-4b6f-969f-8585a89dc6e5") || !contains(created, L"\"Flags\":8")) {
    deviation("the notification of the network", S_OK, created);
  }
  wait_for_notes("notified again", &first_note, 1);
  fails_silently("end a callback that ended itself",
    HcnUnregisterServiceCallback(first_note.handle), BAD_HANDLE);
  succeeds("end the callback", HcnUnregisterServiceCallback(notes.handle));
  fails_silently("end it again", HcnUnregisterServiceCallback(notes.handle), BAD_HANDLE);
  if (first_note.count != 1 || notes.count != sizeof life / sizeof *life) {
    deviation("the number of notifications", S_OK, NULL);
  }
  printf("all steps passed\n");
  return 0;
}
