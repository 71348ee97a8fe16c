public import CComputeNetwork
import HNSEmulator

// The functions of routes; the header documents them.

/// Returns the ids of the routes that match a query.
@c @implementation
public func HcnEnumerateSdnRoutes(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.route, query, ids, record)
}

/// Creates a route and opens it.
@c @implementation
public func HcnCreateSdnRoute(
  _ id: REFGUID?, _ settings: PCWSTR?, _ route: UnsafeMutablePointer<HCN_SDNROUTE?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.route, id, settings, route, record)
}

/// Opens a route.
@c @implementation
public func HcnOpenSdnRoute(
  _ id: REFGUID?, _ route: UnsafeMutablePointer<HCN_SDNROUTE?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.route, id, route, record)
}

/// Modifies a route.
@c @implementation
public func HcnModifySdnRoute(
  _ route: HCN_SDNROUTE?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.route, route, settings, record)
}

/// Returns the document of a route.
@c @implementation
public func HcnQuerySdnRouteProperties(
  _ route: HCN_SDNROUTE?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.route, route, query, properties, record)
}

/// Deletes a route.
@c @implementation
public func HcnDeleteSdnRoute(_ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?) -> HRESULT {
  HNSClientInterface.standard.delete(.route, id, record)
}

/// Closes a handle of a route.
@c @implementation
public func HcnCloseSdnRoute(_ route: HCN_SDNROUTE?) -> HRESULT {
  HNSClientInterface.standard.close(.route, route)
}
