public import CComputeNetwork
import Glibc

// The functions of the service as a whole and of string memory; the header documents them.

/// Registers a callback for the notifications of the service.
@c @implementation
public func HcnRegisterServiceCallback(
  _ callback: HCN_NOTIFICATION_CALLBACK?, _ context: UnsafeMutableRawPointer?,
  _ handle: UnsafeMutablePointer<HCN_CALLBACK?>?
) -> HRESULT {
  HNSClientInterface.standard.register(callback, context, handle)
}

/// Ends a registration.
@c @implementation
public func HcnUnregisterServiceCallback(_ handle: HCN_CALLBACK?) -> HRESULT {
  HNSClientInterface.standard.unregister(handle)
}

/// Opens the service.
///
/// Only the name of the function is known; its parameters are this project's choice (reference: hns, 3).
@c @implementation
public func HcnOpenService(
  _ service: UnsafeMutablePointer<HCN_SERVICE?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.openService(service, record)
}

/// Closes a handle of the service.
@c @implementation
public func HcnCloseService(_ service: HCN_SERVICE?) -> HRESULT {
  HNSClientInterface.standard.closeService(service)
}

/// Sends an HNS v1 request.
@c @implementation
public func HNSCall(
  _ method: PCWSTR?, _ path: PCWSTR?, _ request: PCWSTR?, _ response: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.hnsCall(method, path, request, response)
}

/// Allocates memory for `CoTaskMemFree`.
@c @implementation
public func CoTaskMemAlloc(_ size: Int) -> UnsafeMutableRawPointer? { malloc(size) }

/// Frees a string or memory from `CoTaskMemAlloc`.
@c @implementation
public func CoTaskMemFree(_ memory: UnsafeMutableRawPointer?) { free(memory) }
