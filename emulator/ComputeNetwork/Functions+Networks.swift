public import CComputeNetwork
import HNSEmulator

// The functions of networks; the header documents them.

/// Returns the ids of the networks that match a query.
@c @implementation
public func HcnEnumerateNetworks(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.network, query, ids, record)
}

/// Creates a network and opens it.
@c @implementation
public func HcnCreateNetwork(
  _ id: REFGUID?, _ settings: PCWSTR?, _ network: UnsafeMutablePointer<HCN_NETWORK?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.network, id, settings, network, record)
}

/// Opens a network.
@c @implementation
public func HcnOpenNetwork(
  _ id: REFGUID?, _ network: UnsafeMutablePointer<HCN_NETWORK?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.network, id, network, record)
}

/// Modifies a network.
@c @implementation
public func HcnModifyNetwork(
  _ network: HCN_NETWORK?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.network, network, settings, record)
}

/// Returns the document of a network.
@c @implementation
public func HcnQueryNetworkProperties(
  _ network: HCN_NETWORK?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.network, network, query, properties, record)
}

/// Deletes a network.
@c @implementation
public func HcnDeleteNetwork(_ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?) -> HRESULT {
  HNSClientInterface.standard.delete(.network, id, record)
}

/// Closes a handle of a network.
@c @implementation
public func HcnCloseNetwork(_ network: HCN_NETWORK?) -> HRESULT {
  HNSClientInterface.standard.close(.network, network)
}
