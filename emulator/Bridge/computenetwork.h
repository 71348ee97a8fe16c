// The functions of computenetwork.dll that hnsctl answers (reference: hns, 3).
//
// Usable for a client on Windows and, with libcomputenetwork.so, on Linux; from C and from C++. Strings are
// UTF-16 and end with a NUL. What a function hands out is freed by the caller with CoTaskMemFree. An error
// record is handed out where a call fails and its pointer is not NULL; success leaves it NULL.
#ifndef HNSCTL_COMPUTENETWORK_H
#define HNSCTL_COMPUTENETWORK_H

#ifdef _WIN32
#include <windows.h>
#else
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#define WINAPI
#define CALLBACK

typedef int32_t HRESULT;
typedef uint16_t USHORT;
typedef uint32_t DWORD;
typedef uint32_t ULONG;
typedef uint64_t ULONGLONG;
typedef char16_t WCHAR;
typedef WCHAR *PWSTR;
typedef const WCHAR *PCWSTR;
typedef void *HANDLE;

typedef struct {
  uint32_t Data1;
  uint16_t Data2;
  uint16_t Data3;
  uint8_t Data4[8];
} GUID;

#ifdef __cplusplus
typedef const GUID &REFGUID;
#else
typedef const GUID *REFGUID;
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

// What a handle points to is nobody's business: no handle is an address.
typedef void *HCN_NETWORK;
typedef void *HCN_ENDPOINT;
typedef void *HCN_NAMESPACE;
typedef void *HCN_LOADBALANCER;
typedef void *HCN_SDNROUTE;
typedef void *HCN_GUESTNETWORKSERVICE;
typedef void *HCN_SERVICE;
typedef void *HCN_CALLBACK;

typedef enum {
  HcnNotificationInvalid = 0x00000000,
  HcnNotificationNetworkPreCreate = 0x00000001,
  HcnNotificationNetworkCreate = 0x00000002,
  HcnNotificationNetworkPreDelete = 0x00000003,
  HcnNotificationNetworkDelete = 0x00000004,
  HcnNotificationNamespaceCreate = 0x00000005,
  HcnNotificationNamespaceDelete = 0x00000006,
  HcnNotificationGuestNetworkServiceCreate = 0x00000007,
  HcnNotificationGuestNetworkServiceDelete = 0x00000008,
  HcnNotificationNetworkEndpointAttached = 0x00000009,
  HcnNotificationNetworkEndpointDetached = 0x00000010,
  HcnNotificationGuestNetworkServiceStateChanged = 0x00000011,
  HcnNotificationGuestNetworkServiceInterfaceStateChanged = 0x00000012,
  HcnNotificationServiceDisconnect = 0x01000000,
  HcnNotificationFlagsReserved = (int)0xF0000000
} HCN_NOTIFICATIONS;

typedef void(CALLBACK *HCN_NOTIFICATION_CALLBACK)(
  DWORD NotificationType, void *Context, HRESULT NotificationStatus, PCWSTR NotificationData);

typedef enum {
  HCN_PORT_PROTOCOL_TCP = 1,
  HCN_PORT_PROTOCOL_UDP = 2,
  HCN_PORT_PROTOCOL_BOTH = 3
} HCN_PORT_PROTOCOL;

typedef enum { HCN_PORT_ACCESS_EXCLUSIVE = 1, HCN_PORT_ACCESS_SHARED = 2 } HCN_PORT_ACCESS;

typedef struct {
  USHORT startingPort;
  // The last port, not the one after it.
  USHORT endingPort;
} HCN_PORT_RANGE_RESERVATION;

typedef struct {
  GUID OwningPartitionId;
  GUID TargetPartitionId;
  HCN_PORT_PROTOCOL Protocol;
  ULONGLONG Priority;
  ULONG ReservationType;
  ULONG SharingFlags;
  ULONG DeliveryMode;
  USHORT StartingPort;
  USHORT EndingPort;
} HCN_PORT_RANGE_ENTRY;

// Networks.
HRESULT WINAPI HcnEnumerateNetworks(PCWSTR Query, PWSTR *Networks, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateNetwork(REFGUID Id, PCWSTR Settings, HCN_NETWORK *Network, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenNetwork(REFGUID Id, HCN_NETWORK *Network, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyNetwork(HCN_NETWORK Network, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryNetworkProperties(
  HCN_NETWORK Network, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteNetwork(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseNetwork(HCN_NETWORK Network);

// Endpoints.
HRESULT WINAPI HcnEnumerateEndpoints(PCWSTR Query, PWSTR *Endpoints, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateEndpoint(
  HCN_NETWORK Network, REFGUID Id, PCWSTR Settings, HCN_ENDPOINT *Endpoint, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenEndpoint(REFGUID Id, HCN_ENDPOINT *Endpoint, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyEndpoint(HCN_ENDPOINT Endpoint, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointProperties(
  HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointStats(
  HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Stats, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointAddresses(
  HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Addresses, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteEndpoint(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseEndpoint(HCN_ENDPOINT Endpoint);

// Namespaces.
HRESULT WINAPI HcnEnumerateNamespaces(PCWSTR Query, PWSTR *Namespaces, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateNamespace(REFGUID Id, PCWSTR Settings, HCN_NAMESPACE *Namespace, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenNamespace(REFGUID Id, HCN_NAMESPACE *Namespace, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyNamespace(HCN_NAMESPACE Namespace, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryNamespaceProperties(
  HCN_NAMESPACE Namespace, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteNamespace(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseNamespace(HCN_NAMESPACE Namespace);

// Load balancers.
HRESULT WINAPI HcnEnumerateLoadBalancers(PCWSTR Query, PWSTR *LoadBalancers, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateLoadBalancer(
  REFGUID Id, PCWSTR Settings, HCN_LOADBALANCER *LoadBalancer, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenLoadBalancer(REFGUID Id, HCN_LOADBALANCER *LoadBalancer, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyLoadBalancer(HCN_LOADBALANCER LoadBalancer, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryLoadBalancerProperties(
  HCN_LOADBALANCER LoadBalancer, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteLoadBalancer(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseLoadBalancer(HCN_LOADBALANCER LoadBalancer);

// SDN routes: exported by the DLL and used by its clients, but in no public documentation.
HRESULT WINAPI HcnEnumerateSdnRoutes(PCWSTR Query, PWSTR *Routes, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateSdnRoute(REFGUID Id, PCWSTR Settings, HCN_SDNROUTE *Route, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenSdnRoute(REFGUID Id, HCN_SDNROUTE *Route, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifySdnRoute(HCN_SDNROUTE Route, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQuerySdnRouteProperties(
  HCN_SDNROUTE Route, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteSdnRoute(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseSdnRoute(HCN_SDNROUTE Route);

// Notifications. The service handle is of older clients; nothing else takes one.
HRESULT WINAPI HcnOpenService(HCN_SERVICE *Service, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseService(HCN_SERVICE Service);
HRESULT WINAPI HcnRegisterServiceCallback(
  HCN_NOTIFICATION_CALLBACK Callback, void *Context, HCN_CALLBACK *CallbackHandle);
HRESULT WINAPI HcnUnregisterServiceCallback(HCN_CALLBACK CallbackHandle);

// Guest network services and their ports.
HRESULT WINAPI HcnEnumerateGuestNetworkServices(PCWSTR Query, PWSTR *Services, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateGuestNetworkService(
  REFGUID Id, PCWSTR Settings, HCN_GUESTNETWORKSERVICE *GuestNetworkService, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenGuestNetworkService(
  REFGUID Id, HCN_GUESTNETWORKSERVICE *GuestNetworkService, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyGuestNetworkService(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryGuestNetworkServiceProperties(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteGuestNetworkService(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseGuestNetworkService(HCN_GUESTNETWORKSERVICE GuestNetworkService);
HRESULT WINAPI HcnRegisterGuestNetworkServiceCallback(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, HCN_NOTIFICATION_CALLBACK Callback, void *Context,
  HCN_CALLBACK *CallbackHandle);
HRESULT WINAPI HcnUnregisterGuestNetworkServiceCallback(HCN_CALLBACK CallbackHandle);
HRESULT WINAPI HcnReserveGuestNetworkServicePort(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, HCN_PORT_PROTOCOL Protocol, HCN_PORT_ACCESS Access,
  USHORT Port, HANDLE *PortReservationHandle);
HRESULT WINAPI HcnReserveGuestNetworkServicePortRange(
  HCN_GUESTNETWORKSERVICE GuestNetworkService, USHORT PortCount,
  HCN_PORT_RANGE_RESERVATION *PortRangeReservation, HANDLE *PortReservationHandle);
HRESULT WINAPI HcnReleaseGuestNetworkServicePortReservationHandle(HANDLE PortReservationHandle);
HRESULT WINAPI HcnEnumerateGuestNetworkPortReservations(
  ULONG *ReturnCount, HCN_PORT_RANGE_ENTRY **PortEntries);
void WINAPI HcnFreeGuestNetworkPortReservations(HCN_PORT_RANGE_ENTRY *PortEntries);

#ifdef __cplusplus
}
#endif

#endif
