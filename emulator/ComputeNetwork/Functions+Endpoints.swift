public import CComputeNetwork
import HNSEmulator

// The functions of endpoints; the header documents them.

/// Returns the ids of the endpoints that match a query.
@c @implementation
public func HcnEnumerateEndpoints(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.endpoint, query, ids, record)
}

/// Creates an endpoint on a network and opens it.
@c @implementation
public func HcnCreateEndpoint(
  _ network: HCN_NETWORK?, _ id: REFGUID?, _ settings: PCWSTR?,
  _ endpoint: UnsafeMutablePointer<HCN_ENDPOINT?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.endpoint, in: network, id, settings, endpoint, record)
}

/// Opens an endpoint.
@c @implementation
public func HcnOpenEndpoint(
  _ id: REFGUID?, _ endpoint: UnsafeMutablePointer<HCN_ENDPOINT?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.endpoint, id, endpoint, record)
}

/// Modifies an endpoint.
@c @implementation
public func HcnModifyEndpoint(
  _ endpoint: HCN_ENDPOINT?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.endpoint, endpoint, settings, record)
}

/// Returns the document of an endpoint.
@c @implementation
public func HcnQueryEndpointProperties(
  _ endpoint: HCN_ENDPOINT?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.endpoint, endpoint, query, properties, record)
}

/// Returns the counters of an endpoint.
@c @implementation
public func HcnQueryEndpointStats(
  _ endpoint: HCN_ENDPOINT?, _ query: PCWSTR?, _ stats: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.endpoint, endpoint, query, stats, record) {
    .endpointStats($0, query: $1)
  }
}

/// Returns the addresses of an endpoint.
@c @implementation
public func HcnQueryEndpointAddresses(
  _ endpoint: HCN_ENDPOINT?, _ query: PCWSTR?, _ addresses: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.endpoint, endpoint, query, addresses, record) {
    .endpointAddresses($0, query: $1)
  }
}

/// Deletes an endpoint.
@c @implementation
public func HcnDeleteEndpoint(_ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?) -> HRESULT {
  HNSClientInterface.standard.delete(.endpoint, id, record)
}

/// Closes a handle of an endpoint.
@c @implementation
public func HcnCloseEndpoint(_ endpoint: HCN_ENDPOINT?) -> HRESULT {
  HNSClientInterface.standard.close(.endpoint, endpoint)
}
