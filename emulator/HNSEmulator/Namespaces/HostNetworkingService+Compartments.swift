public import HostModel
import NetworkTypes

/// The compartments of the host, and those of utility VMs.
extension HostNetworkingService {
  /// Opens or closes the compartment of a namespace, as its containers require.
  ///
  /// Compartment numbers of the host start at 2 and are not reused, unless the assumption `compartmentIds`
  /// says so. In a utility VM the namespace's compartment has number 2, next to the VM's own default
  /// compartment.
  mutating func updateCompartment(of id: GUID) {
    guard let namespace = namespaces[id], namespace.type != .hostDefault else { return }
    switch (namespace.needsCompartment, namespace.compartment) {
    case (true, nil):
      guard namespace.type == .host else {
        namespaces[id]?.compartment = 2
        return
      }
      guard let number = takenCompartmentNumber() else { return }
      compartmentOwners[number] = id
      namespaces[id]?.compartment = number
    case (false, let number?):
      namespaces[id]?.compartment = nil
      guard namespace.type == .host else { return }
      compartmentOwners[number] = nil
      releaseCompartmentNumber(number)
    default: break
    }
  }

  /// Opens or closes the compartment of the distributed router: a host with an overlay network has one
  /// (reference: windows-firewall-and-vfp, 10.4).
  ///
  /// It takes the next number when the first overlay network is created, which is 2 on a host where no container
  /// has started, and is gone with the last one; several overlay networks share it.
  mutating func updateRouterCompartment() {
    let isNeeded =
      configuration.hasRouterCompartment && networks.values.contains { $0.driver == .overlay }
    switch (isNeeded, routerCompartment) {
    case (true, nil): routerCompartment = takenCompartmentNumber()
    case (false, let number?):
      routerCompartment = nil
      releaseCompartmentNumber(number)
    default: break
    }
  }

  /// The number of a new compartment; nil when the numbers are exhausted, so that none opens.
  private mutating func takenCompartmentNumber() -> UInt32? {
    while compartmentOwners[nextCompartment] != nil || nextCompartment == routerCompartment {
      nextCompartment += 1
    }
    guard Int64(nextCompartment) < Self.compartmentLimit else { return nil }
    defer { nextCompartment += 1 }
    return nextCompartment
  }

  private mutating func releaseCompartmentNumber(_ number: UInt32) {
    guard configuration.assumptions.compartmentIds == .lowestFree else { return }
    nextCompartment = min(nextCompartment, number)
  }

  /// The host's compartments by number: the default one, that of the distributed router on a host with an
  /// overlay network, and one for each namespace of type Host with a running container.
  ///
  /// Containers of HostDefault namespaces run in the default compartment.
  public var compartments: [Compartment] {
    var standard = Compartment.hostDefault
    standard.containers = namespaces.values.filter { $0.type == .hostDefault }
      .sorted { $0.ordinal < $1.ordinal }.flatMap { Self.distinct($0.containers) }
    let others =
      compartmentOwners.compactMap { entry in
        namespaces[entry.value].flatMap { compartment(of: $0) }
      } + (routerCompartment.map { [self.routerCompartment(number: $0)] } ?? [])
    return [standard] + others.sorted { $0.id < $1.id }
  }

  /// The compartment of the distributed router; its description is captured, its GUID is derived
  /// (reference: windows-firewall-and-vfp, 10.4).
  private func routerCompartment(number: UInt32) -> Compartment {
    var digest = SeededDigest(configuration.seed, "routerCompartment")
    digest.combine(UInt64(number))
    return Compartment(id: number, description: Compartment.routerDescription, guid: digest.guid)
  }

  /// The compartments inside utility VMs, by the age of their namespaces: for each VM its default compartment
  /// and that of the namespace.
  public var utilityVMCompartments: [Compartment] {
    namespaces.values.filter { $0.type.isGuest && $0.compartment != nil }
      .sorted { $0.ordinal < $1.ordinal }
      .flatMap { namespace in
        [utilityVMDefault(of: namespace)] + (compartment(of: namespace).map { [$0] } ?? [])
      }
  }

  /// The open compartment of a namespace.
  ///
  /// The description of a container's compartment is not documented; the text here is this project's choice.
  /// So is the GUID, derived from the namespace and the number.
  func compartment(of namespace: NamespaceObject) -> Compartment? {
    guard let number = namespace.compartment else { return nil }
    guard namespace.type != .hostDefault else { return .hostDefault }
    var digest = SeededDigest(configuration.seed, "compartment")
    digest.combine(namespace.id)
    digest.combine(UInt64(number))
    return Compartment(
      id: number, description: "HNS Namespace \(namespace.id.uppercase)",
      guid: namespace.compartmentGUID ?? digest.guid,
      stack: namespace.type.isGuest ? .utilityVM(namespace.id) : .host, namespace: namespace.id,
      containers: Self.distinct(namespace.containers))
  }

  /// The default compartment of the utility VM of a namespace.
  ///
  /// That its GUID differs from the host's is this project's choice.
  func utilityVMDefault(of namespace: NamespaceObject) -> Compartment {
    var digest = SeededDigest(configuration.seed, "utilityVM")
    digest.combine(namespace.id)
    return Compartment(
      id: 1, description: Compartment.hostDefault.description, guid: digest.guid,
      stack: .utilityVM(namespace.id))
  }

  private static func distinct(_ containers: [String]) -> [String] {
    var seen: Set<String> = []
    return containers.filter { seen.insert($0).inserted }
  }
}

extension HostConfiguration {
  /// Whether overlay networks have a distributed router in a compartment of its own: captured on Windows Server
  /// 2022 and 2025; before, the assumption `routerCompartment` decides (reference: windows-firewall-and-vfp,
  /// 10.6).
  var hasRouterCompartment: Bool {
    build.build >= 20348 || assumptions.routerCompartment == .everyBuild
  }
}
