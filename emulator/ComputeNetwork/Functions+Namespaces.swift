public import CComputeNetwork
import HNSEmulator

// The functions of namespaces; the header documents them.

/// Returns the ids of the namespaces that match a query.
@c @implementation
public func HcnEnumerateNamespaces(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.namespace, query, ids, record)
}

/// Creates a namespace and opens it.
@c @implementation
public func HcnCreateNamespace(
  _ id: REFGUID?, _ settings: PCWSTR?, _ namespace: UnsafeMutablePointer<HCN_NAMESPACE?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.namespace, id, settings, namespace, record)
}

/// Opens a namespace.
@c @implementation
public func HcnOpenNamespace(
  _ id: REFGUID?, _ namespace: UnsafeMutablePointer<HCN_NAMESPACE?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.namespace, id, namespace, record)
}

/// Modifies a namespace.
@c @implementation
public func HcnModifyNamespace(
  _ namespace: HCN_NAMESPACE?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.namespace, namespace, settings, record)
}

/// Returns the document of a namespace.
@c @implementation
public func HcnQueryNamespaceProperties(
  _ namespace: HCN_NAMESPACE?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.namespace, namespace, query, properties, record)
}

/// Deletes a namespace.
@c @implementation
public func HcnDeleteNamespace(_ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?) -> HRESULT {
  HNSClientInterface.standard.delete(.namespace, id, record)
}

/// Closes a handle of a namespace.
@c @implementation
public func HcnCloseNamespace(_ namespace: HCN_NAMESPACE?) -> HRESULT {
  HNSClientInterface.standard.close(.namespace, namespace)
}
