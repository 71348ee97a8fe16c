extension HostNetworkingService {
  /// The number of objects of a kind.
  ///
  /// - Parameter kind: The kind of objects.
  public func count(of kind: HCNObjectKind) -> Int {
    switch kind {
    case .network: networks.count
    case .endpoint: endpoints.count
    case .namespace: namespaces.count
    case .loadBalancer: loadBalancers.count
    case .route: routes.count
    case .guestNetworkService: guestNetworkServices.count
    }
  }
}
