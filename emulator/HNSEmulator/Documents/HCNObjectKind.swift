/// The kinds of objects of the service.
public enum HCNObjectKind: String, CaseIterable, Sendable, Hashable {
  case network
  case endpoint
  case namespace
  case loadBalancer
  /// A route of the software defined network (`HcnCreateSdnRoute`), not one of an endpoint's own.
  case route
  /// Mirrors the host's networks into a virtual machine.
  case guestNetworkService

  /// The error for opening or deleting a missing object of this kind.
  ///
  /// Namespaces use the Win32 code (reference: hns, 0 rule 5). Load balancers and routes use the same code,
  /// which the reference only suspects (hns, 9); guest network services do too, on which it is silent.
  var notFound: HCNErrorCode {
    switch self {
    case .network: .networkNotFound
    case .endpoint: .endpointNotFound
    case .namespace, .loadBalancer, .route, .guestNetworkService: .elementNotFound
    }
  }

  /// The name of the kind in the functions of computenetwork.dll (reference: hns, 3).
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
