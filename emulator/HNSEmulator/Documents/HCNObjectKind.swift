/// The kinds of objects the service keeps.
public enum HCNObjectKind: String, CaseIterable, Sendable, Hashable {
  case network
  case endpoint
  case namespace
  case loadBalancer
  /// A route of the software defined network (`HcnCreateSdnRoute`), not one of an endpoint's own.
  case route
  /// What carries the host's networks into a virtual machine.
  case guestNetworkService

  /// What opening or deleting a missing object of this kind answers; for a namespace Win32's code
  /// (reference: hns, 0 rule 5), and for load balancers and routes, of which the reference says no more than
  /// that it suspects it, the same (hns, 9); so for guest network services, of which it says nothing.
  var notFound: HCNErrorCode {
    switch self {
    case .network: .networkNotFound
    case .endpoint: .endpointNotFound
    case .namespace, .loadBalancer, .route, .guestNetworkService: .elementNotFound
    }
  }

  /// What the kind is called in the names of the functions of computenetwork.dll (reference: hns, 3).
  public var functionName: String {
    switch self {
    case .network: "Network"
    case .endpoint: "Endpoint"
    case .namespace: "Namespace"
    case .loadBalancer: "LoadBalancer"
    case .route: "SdnRoute"
    case .guestNetworkService: "GuestNetworkService"
    }
  }
}
