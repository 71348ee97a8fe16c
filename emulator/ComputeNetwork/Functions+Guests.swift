public import CComputeNetwork
import HNSEmulator

// The functions of guest network services and of their ports. Those of ports and of their own callbacks are
// not implemented: each clears its results and returns E_NOTIMPL.

private func notImplemented(
  _ outParameters: [UnsafeMutablePointer<UnsafeMutableRawPointer?>?] = [],
  texts: [UnsafeMutablePointer<PWSTR?>?] = [], record: UnsafeMutablePointer<PWSTR?>? = nil
) -> HRESULT {
  for outParameter in outParameters { outParameter?.pointee = nil }
  for text in texts { text?.pointee = nil }
  return answer(record) { () throws(CallFailure) in throw .notImplemented }
}

/// Returns the ids of the guest network services that match a query.
@c @implementation
public func HcnEnumerateGuestNetworkServices(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.guestNetworkService, query, ids, record)
}

/// Creates a guest network service and opens it.
@c @implementation
public func HcnCreateGuestNetworkService(
  _ id: REFGUID?, _ settings: PCWSTR?, _ service: UnsafeMutablePointer<HCN_GUESTNETWORKSERVICE?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.guestNetworkService, id, settings, service, record)
}

/// Opens a guest network service.
@c @implementation
public func HcnOpenGuestNetworkService(
  _ id: REFGUID?, _ service: UnsafeMutablePointer<HCN_GUESTNETWORKSERVICE?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.guestNetworkService, id, service, record)
}

/// Sets the state of a guest network service.
@c @implementation
public func HcnModifyGuestNetworkService(
  _ service: HCN_GUESTNETWORKSERVICE?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.guestNetworkService, service, settings, record)
}

/// Returns the document of a guest network service.
@c @implementation
public func HcnQueryGuestNetworkServiceProperties(
  _ service: HCN_GUESTNETWORKSERVICE?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.guestNetworkService, service, query, properties, record)
}

/// Deletes a guest network service.
@c @implementation
public func HcnDeleteGuestNetworkService(
  _ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.delete(.guestNetworkService, id, record)
}

/// Closes a handle of a guest network service.
@c @implementation
public func HcnCloseGuestNetworkService(_ service: HCN_GUESTNETWORKSERVICE?) -> HRESULT {
  HNSClientInterface.standard.close(.guestNetworkService, service)
}

/// Returns E_NOTIMPL.
@c @implementation
public func HcnRegisterGuestNetworkServiceCallback(
  _ service: HCN_GUESTNETWORKSERVICE?, _ callback: HCN_NOTIFICATION_CALLBACK?,
  _ context: UnsafeMutableRawPointer?, _ handle: UnsafeMutablePointer<HCN_CALLBACK?>?
) -> HRESULT {
  notImplemented([handle])
}

/// Returns E_NOTIMPL.
@c @implementation
public func HcnUnregisterGuestNetworkServiceCallback(_ handle: HCN_CALLBACK?) -> HRESULT { notImplemented() }

/// Returns E_NOTIMPL.
@c @implementation
public func HcnReserveGuestNetworkServicePort(
  _ service: HCN_GUESTNETWORKSERVICE?, _ portProtocol: HCN_PORT_PROTOCOL, _ access: HCN_PORT_ACCESS,
  _ port: USHORT, _ reservation: UnsafeMutablePointer<HANDLE?>?
) -> HRESULT {
  notImplemented([reservation])
}

/// Returns E_NOTIMPL.
@c @implementation
public func HcnReserveGuestNetworkServicePortRange(
  _ service: HCN_GUESTNETWORKSERVICE?, _ count: USHORT,
  _ range: UnsafeMutablePointer<HCN_PORT_RANGE_RESERVATION>?, _ reservation: UnsafeMutablePointer<HANDLE?>?
) -> HRESULT {
  notImplemented([reservation])
}

/// Returns E_NOTIMPL.
@c @implementation
public func HcnReleaseGuestNetworkServicePortReservationHandle(_ reservation: HANDLE?) -> HRESULT {
  notImplemented()
}

/// Returns E_NOTIMPL.
@c @implementation
public func HcnEnumerateGuestNetworkPortReservations(
  _ count: UnsafeMutablePointer<ULONG>?,
  _ entries: UnsafeMutablePointer<UnsafeMutablePointer<HCN_PORT_RANGE_ENTRY>?>?
) -> HRESULT {
  count?.pointee = 0
  entries?.pointee = nil
  return notImplemented()
}

/// Does nothing, because there are no reservations.
@c @implementation
public func HcnFreeGuestNetworkPortReservations(_ entries: UnsafeMutablePointer<HCN_PORT_RANGE_ENTRY>?) {}
