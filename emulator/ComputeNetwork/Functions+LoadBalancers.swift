public import CComputeNetwork
import HNSEmulator

// The functions of load balancers; the header documents them.

/// Returns the ids of the load balancers that match a query.
@c @implementation
public func HcnEnumerateLoadBalancers(
  _ query: PCWSTR?, _ ids: UnsafeMutablePointer<PWSTR?>?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.enumerate(.loadBalancer, query, ids, record)
}

/// Creates a load balancer and opens it.
@c @implementation
public func HcnCreateLoadBalancer(
  _ id: REFGUID?, _ settings: PCWSTR?, _ loadBalancer: UnsafeMutablePointer<HCN_LOADBALANCER?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.create(.loadBalancer, id, settings, loadBalancer, record)
}

/// Opens a load balancer.
@c @implementation
public func HcnOpenLoadBalancer(
  _ id: REFGUID?, _ loadBalancer: UnsafeMutablePointer<HCN_LOADBALANCER?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.open(.loadBalancer, id, loadBalancer, record)
}

/// Modifies a load balancer.
@c @implementation
public func HcnModifyLoadBalancer(
  _ loadBalancer: HCN_LOADBALANCER?, _ settings: PCWSTR?, _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.modify(.loadBalancer, loadBalancer, settings, record)
}

/// Returns the document of a load balancer.
@c @implementation
public func HcnQueryLoadBalancerProperties(
  _ loadBalancer: HCN_LOADBALANCER?, _ query: PCWSTR?, _ properties: UnsafeMutablePointer<PWSTR?>?,
  _ record: UnsafeMutablePointer<PWSTR?>?
) -> HRESULT {
  HNSClientInterface.standard.query(.loadBalancer, loadBalancer, query, properties, record)
}

/// Deletes a load balancer.
@c @implementation
public func HcnDeleteLoadBalancer(_ id: REFGUID?, _ record: UnsafeMutablePointer<PWSTR?>?) -> HRESULT {
  HNSClientInterface.standard.delete(.loadBalancer, id, record)
}

/// Closes a handle of a load balancer.
@c @implementation
public func HcnCloseLoadBalancer(_ loadBalancer: HCN_LOADBALANCER?) -> HRESULT {
  HNSClientInterface.standard.close(.loadBalancer, loadBalancer)
}
