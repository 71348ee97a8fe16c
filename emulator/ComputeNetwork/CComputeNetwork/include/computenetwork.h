/* The C interface of the emulated Host Networking Service: the functions of computenetwork.dll and HNSCall of
 * vmcompute.dll, in libcomputenetwork.so and, for Windows programs, in the DLLs of emulator/Bridge.
 * All functions are thread-safe.
 *
 * With libcomputenetwork.so the service runs in the process that loads the library, starts empty with the first
 * call and ends with the process. The DLLs connect to the service of hnsctl serve.
 *
 * Strings are UTF-16 and zero-terminated. An input string belongs to the caller and is not kept. An output
 * string is allocated for the caller, who frees it with CoTaskMemFree.
 *
 * Every function returns an HRESULT: 0 for success, otherwise negative. A function with an ErrorRecord sets it
 * to NULL on success and otherwise to a text such as
 *   {"Success":false,"Error":"The network was not found. ","ErrorCode":2151350273}
 * whose ErrorCode is the HRESULT as an unsigned number. ErrorRecord itself may be NULL. The results of a failed
 * call are NULL. A function that must return a result and has no pointer for it returns E_POINTER and has no
 * effect.
 *
 * A document that is not JSON, or not valid UTF-16, is refused with HCN_E_INVALID_JSON (0x803b001b). A query
 * may be NULL or empty, and then matches everything.
 *
 * Handles are numbers that point nowhere. One that was closed, was never issued or is of another kind of object
 * is refused with E_HANDLE. The handle of a deleted object stays valid until it is closed; calls with it report
 * that the object was not found.
 *
 * These environment variables configure the host of the service in libcomputenetwork.so. They are read once, at
 * the first call. If a value is invalid, every call returns E_INVALIDARG and a record that says what is wrong.
 *
 *   HNSCTL_WINDOWS         the Windows release or build, such as ltsc2019, 1903 or 26100.32690; default
 *                          ltsc2022. Before 1809 there is only HNSCall, and the other functions return
 *                          ERROR_MOD_NOT_FOUND
 *   HNSCTL_ASSUMPTIONS     choices where sources on Windows are silent or disagree: NAME=VALUE,NAME=VALUE
 *   HNSCTL_HOST_ADDRESSES  the addresses of the host, the management address first: 192.0.2.10,2001:db8::10;
 *                          default 10.240.0.5
 *   HNSCTL_ADAPTERS        the names of its network adapters, separated by commas; if unset, any name is
 *                          accepted, and a network that does not name one gets Ethernet
 *   HNSCTL_HOST_DNS        its DNS servers, which endpoints of networks without DNS settings take; default
 *                          10.240.0.2
 *   HNSCTL_HOST_DNS_SUFFIXES
 *                          its DNS suffixes, for the same endpoints
 *   HNSCTL_SEED            the seed of ids, addresses and MAC addresses; default 0
 *   HNSCTL_MANAGEMENT_IP_DELAY
 *                          the delay in milliseconds before a new network gets the values that the service adds
 *                          later; default 0
 *
 * HNSCTL_PERSONA and HNSCTL_SETTLE are the old names of the first and the last one.
 */
#ifndef COMPUTENETWORK_H
#define COMPUTENETWORK_H

#include <stddef.h>
#include <stdint.h>
#ifdef _WIN32
#include <windows.h>
#include <objbase.h>
#else
#ifndef __cplusplus
#include <uchar.h>
#endif
#define WINAPI
#define CALLBACK
typedef int32_t HRESULT;
typedef uint16_t USHORT;
typedef uint32_t DWORD;
typedef uint32_t ULONG;
typedef void *HANDLE;
typedef char16_t *PWSTR;
typedef const char16_t *PCWSTR;
typedef struct GUID {
    uint32_t Data1;
    uint16_t Data2;
    uint16_t Data3;
    uint8_t Data4[8];
} GUID;
/* A pointer in C++ too; Windows uses a reference there. */
typedef const GUID *REFGUID;
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef void *HCN_NETWORK;
typedef void *HCN_ENDPOINT;
typedef void *HCN_NAMESPACE;
typedef void *HCN_LOADBALANCER;
typedef void *HCN_SDNROUTE;
typedef void *HCN_GUESTNETWORKSERVICE;
typedef void *HCN_SERVICE;
typedef void *HCN_CALLBACK;

/* ---- Networks ---- */

HRESULT WINAPI HcnEnumerateNetworks(PCWSTR Query, PWSTR *Networks, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateNetwork(REFGUID Id, PCWSTR Settings, HCN_NETWORK *Network, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenNetwork(REFGUID Id, HCN_NETWORK *Network, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyNetwork(HCN_NETWORK Network, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryNetworkProperties(HCN_NETWORK Network, PCWSTR Query, PWSTR *Properties,
                                         PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteNetwork(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseNetwork(HCN_NETWORK Network);

/* ---- Endpoints ---- */

HRESULT WINAPI HcnEnumerateEndpoints(PCWSTR Query, PWSTR *Endpoints, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateEndpoint(HCN_NETWORK Network, REFGUID Id, PCWSTR Settings, HCN_ENDPOINT *Endpoint,
                                 PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenEndpoint(REFGUID Id, HCN_ENDPOINT *Endpoint, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyEndpoint(HCN_ENDPOINT Endpoint, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointProperties(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Properties,
                                          PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointStats(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Stats, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointAddresses(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Addresses,
                                         PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteEndpoint(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseEndpoint(HCN_ENDPOINT Endpoint);

/* ---- Namespaces ---- */

HRESULT WINAPI HcnEnumerateNamespaces(PCWSTR Query, PWSTR *Namespaces, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateNamespace(REFGUID Id, PCWSTR Settings, HCN_NAMESPACE *Namespace, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenNamespace(REFGUID Id, HCN_NAMESPACE *Namespace, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyNamespace(HCN_NAMESPACE Namespace, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryNamespaceProperties(HCN_NAMESPACE Namespace, PCWSTR Query, PWSTR *Properties,
                                           PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteNamespace(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseNamespace(HCN_NAMESPACE Namespace);

/* ---- Load balancers ---- */

HRESULT WINAPI HcnEnumerateLoadBalancers(PCWSTR Query, PWSTR *LoadBalancers, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateLoadBalancer(REFGUID Id, PCWSTR Settings, HCN_LOADBALANCER *LoadBalancer,
                                     PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenLoadBalancer(REFGUID Id, HCN_LOADBALANCER *LoadBalancer, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyLoadBalancer(HCN_LOADBALANCER LoadBalancer, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryLoadBalancerProperties(HCN_LOADBALANCER LoadBalancer, PCWSTR Query, PWSTR *Properties,
                                              PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteLoadBalancer(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseLoadBalancer(HCN_LOADBALANCER LoadBalancer);

/* ---- Routes of the software defined network ---- */

HRESULT WINAPI HcnEnumerateSdnRoutes(PCWSTR Query, PWSTR *Routes, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateSdnRoute(REFGUID Id, PCWSTR Settings, HCN_SDNROUTE *Route, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenSdnRoute(REFGUID Id, HCN_SDNROUTE *Route, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifySdnRoute(HCN_SDNROUTE Route, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQuerySdnRouteProperties(HCN_SDNROUTE Route, PCWSTR Query, PWSTR *Properties,
                                          PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteSdnRoute(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseSdnRoute(HCN_SDNROUTE Route);

/* ---- The service and its notifications ---- */

typedef enum HCN_NOTIFICATIONS {
    HcnNotificationInvalid = 0,
    HcnNotificationNetworkPreCreate = 1,
    HcnNotificationNetworkCreate = 2,
    /* Before a deletion, even if the deletion then fails. */
    HcnNotificationNetworkPreDelete = 3,
    HcnNotificationNetworkDelete = 4,
    HcnNotificationNamespaceCreate = 5,
    HcnNotificationNamespaceDelete = 6,
    HcnNotificationGuestNetworkServiceCreate = 7,
    HcnNotificationGuestNetworkServiceDelete = 8,
    HcnNotificationNetworkEndpointAttached = 9,
    HcnNotificationNetworkEndpointDetached = 0x10,
    HcnNotificationGuestNetworkServiceStateChanged = 0x11,
    HcnNotificationGuestNetworkServiceInterfaceStateChanged = 0x12,
    /* The last notification of a callback: the service stopped, or the callback fell too far behind. */
    HcnNotificationServiceDisconnect = 0x01000000
} HCN_NOTIFICATIONS;

/* The reserved bits of a notification. */
#define HcnNotificationFlagsReserved 0xF0000000u

/* NotificationData is {"ID":"...","Flags":0} or NULL, and is valid until the callback returns. */
typedef void(CALLBACK *HCN_NOTIFICATION_CALLBACK)(DWORD NotificationType, void *Context,
                                                  HRESULT NotificationStatus, PCWSTR NotificationData);

/* Registers for the notifications of every call that begins from now on, in the order of the calls. Callbacks
 * run one at a time, on a thread of the library, and may call any function of this header. A callback that
 * falls 65,536 notifications behind is disconnected. */
HRESULT WINAPI HcnRegisterServiceCallback(HCN_NOTIFICATION_CALLBACK Callback, void *Context,
                                          HCN_CALLBACK *CallbackHandle);
/* Ends a registration. When it returns, the callback is not running and will not run again; the one exception
 * is a callback that calls it. */
HRESULT WINAPI HcnUnregisterServiceCallback(HCN_CALLBACK CallbackHandle);

HRESULT WINAPI HcnOpenService(HCN_SERVICE *Service, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseService(HCN_SERVICE Service);

/* ---- HNS v1 ---- */

/* Sends a request such as GET /networks/. On success there is a Response, whose member Success says whether the
 * request succeeded. Request may be NULL or empty. There is no error record. */
HRESULT WINAPI HNSCall(PCWSTR Method, PCWSTR Path, PCWSTR Request, PWSTR *Response);

/* ---- Guest network services; their own callbacks and ports return E_NOTIMPL ---- */

typedef enum HCN_PORT_PROTOCOL {
    HCN_PORT_PROTOCOL_TCP = 1,
    HCN_PORT_PROTOCOL_UDP = 2,
    HCN_PORT_PROTOCOL_BOTH = 3
} HCN_PORT_PROTOCOL;

typedef enum HCN_PORT_ACCESS { HCN_PORT_ACCESS_EXCLUSIVE = 1, HCN_PORT_ACCESS_SHARED = 2 } HCN_PORT_ACCESS;

typedef struct HCN_PORT_RANGE_RESERVATION {
    USHORT startingPort;
    USHORT endingPort;
} HCN_PORT_RANGE_RESERVATION;

typedef struct HCN_PORT_RANGE_ENTRY {
    GUID OwningPartitionId;
    GUID TargetPartitionId;
    HCN_PORT_PROTOCOL Protocol;
    uint64_t Priority;
    uint32_t ReservationType;
    uint32_t SharingFlags;
    uint32_t DeliveryMode;
    uint16_t StartingPort;
    uint16_t EndingPort;
} HCN_PORT_RANGE_ENTRY;

HRESULT WINAPI HcnEnumerateGuestNetworkServices(PCWSTR Query, PWSTR *Services, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateGuestNetworkService(REFGUID Id, PCWSTR Settings, HCN_GUESTNETWORKSERVICE *Service,
                                            PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenGuestNetworkService(REFGUID Id, HCN_GUESTNETWORKSERVICE *Service, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifyGuestNetworkService(HCN_GUESTNETWORKSERVICE Service, PCWSTR Settings,
                                            PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryGuestNetworkServiceProperties(HCN_GUESTNETWORKSERVICE Service, PCWSTR Query,
                                                     PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteGuestNetworkService(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseGuestNetworkService(HCN_GUESTNETWORKSERVICE Service);
HRESULT WINAPI HcnRegisterGuestNetworkServiceCallback(HCN_GUESTNETWORKSERVICE Service,
                                                      HCN_NOTIFICATION_CALLBACK Callback, void *Context,
                                                      HCN_CALLBACK *CallbackHandle);
HRESULT WINAPI HcnUnregisterGuestNetworkServiceCallback(HCN_CALLBACK CallbackHandle);
HRESULT WINAPI HcnReserveGuestNetworkServicePort(HCN_GUESTNETWORKSERVICE Service, HCN_PORT_PROTOCOL Protocol,
                                                 HCN_PORT_ACCESS Access, USHORT Port,
                                                 HANDLE *PortReservationHandle);
HRESULT WINAPI HcnReserveGuestNetworkServicePortRange(HCN_GUESTNETWORKSERVICE Service, USHORT PortCount,
                                                      HCN_PORT_RANGE_RESERVATION *PortRangeReservation,
                                                      HANDLE *PortReservationHandle);
HRESULT WINAPI HcnReleaseGuestNetworkServicePortReservationHandle(HANDLE PortReservationHandle);
HRESULT WINAPI HcnEnumerateGuestNetworkPortReservations(ULONG *ReturnCount,
                                                        HCN_PORT_RANGE_ENTRY **PortEntries);
/* Does nothing, because there are no reservations. */
void WINAPI HcnFreeGuestNetworkPortReservations(HCN_PORT_RANGE_ENTRY *PortEntries);

/* ---- String memory ---- */

#ifndef _WIN32
void *CoTaskMemAlloc(size_t Size);
/* Frees memory from CoTaskMemAlloc or a function of this header; NULL is ignored. */
void CoTaskMemFree(void *Memory);
#endif

#ifdef __cplusplus
}
#endif

#endif
