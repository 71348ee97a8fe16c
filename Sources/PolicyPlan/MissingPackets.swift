import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The objects of two hosts that could not be taken over, and the packets that depend on them.
///
/// A comparison leaves these packets undecided, and compares all others.
struct MissingPackets {
  /// An object that one of the hosts lacks, or both.
  struct Object: Hashable {
    var object: MissingObject
    /// The hosts that lack it.
    var hosts: Set<ComparedHost>
    /// Whether both hosts lack the same: of an endpoint, then, only the filters of other ends can make a
    /// difference.
    var isShared: Bool { hosts.count > 1 }

    /// Whether packets between its addresses and an end depend on it, by their direction at that end.
    func concerns(_ direction: Direction) -> Bool { object.kind == .endpoint || direction == .out }

    /// Whether packets to or from an address can depend on it.
    func concerns(_ address: IPAddress) -> Bool {
      object.addresses.isEmpty || object.addresses.contains(address)
    }

    /// The packets between its addresses and an end.
    var packets: PacketBox {
      object.addresses.isEmpty
        ? PacketBox(remote: .all) : PacketBox(remote: AddressSet(object.addresses.map { AddressRange($0) }))
    }
  }

  /// The objects, each once.
  let objects: [Object]

  init(_ before: [MissingObject], _ after: [MissingObject]) {
    let sides = (Set(before), Set(after))
    var seen: Set<MissingObject> = []
    objects = (before + after).filter { seen.insert($0).inserted }.map { object in
      let hosts = ComparedHost.allCases.filter { ($0 == .before ? sides.0 : sides.1).contains(object) }
      return Object(object: object, hosts: Set(hosts))
    }
  }

  /// The endpoints among them, each once.
  var endpoints: [Object] {
    var seen: Set<GUID> = []
    return objects.filter { $0.object.kind == .endpoint && seen.insert($0.object.id).inserted }
  }

  /// The missing endpoint that is an endpoint of the other host; nil if there is none.
  ///
  /// - Parameters:
  ///   - name: The name of the endpoint.
  ///   - ids: The ids of the endpoint where it exists: before and after.
  func endpoint(named name: String, _ ids: (before: GUID?, after: GUID?)) -> Object? {
    func find(_ host: ComparedHost, _ own: GUID?, _ other: GUID?) -> Object? {
      guard own == nil else { return nil }
      return objects.first { missing in
        let object = missing.object
        return object.kind == .endpoint && missing.hosts.contains(host)
          && (object.id == other || object.name == name)
      }
    }
    return find(.before, ids.before, ids.after) ?? find(.after, ids.after, ids.before)
  }
}

extension Comparison {
  /// Takes the packets of missing objects out of those whose verdict changes.
  ///
  /// - Parameters:
  ///   - answers: What changes by the filters of an end, as if nothing were missing.
  ///   - key: The endpoint.
  ///   - direction: The direction at that end.
  /// - Returns: What is not known of packets to and from missing objects.
  mutating func removeMissing(
    from answers: inout [Answer], _ key: Key, _ direction: Direction
  ) throws(BudgetExceeded) -> [UndecidedPackets] {
    var undecided: [UndecidedPackets] = []
    for missing in self.missing.objects where missing.concerns(direction) {
      let packets = try PacketSet(missing.packets, within: budget)
      var found = PacketSet()
      for position in answers.indices {
        found = try found.union(answers[position].set.intersection(packets, within: budget), within: budget)
        answers[position].set = try answers[position].set.subtracting(packets, within: budget)
      }
      if try isAlwaysUndecided(missing, .endpoint(key)) { found = packets }
      guard !found.isEmpty else { continue }
      undecided.append(
        UndecidedPackets(
          endpoint: key.name, direction: direction, packets: try found.boxes(within: budget),
          gap: .missing(missing.object), hosts: missing.hosts))
    }
    answers.removeAll { $0.set.isEmpty }
    return undecided
  }

  /// Whether nothing is known of all packets of a client and a missing object.
  ///
  /// A load balancer that both hosts lack sends them to unknown endpoints: they have the same verdict if neither
  /// the filters of the client nor those of any endpoint differ.
  mutating func isAlwaysUndecided(
    _ missing: MissingPackets.Object, _ client: Client
  ) throws(BudgetExceeded) -> Bool {
    guard missing.isShared else { return true }
    guard missing.object.kind == .loadBalancer else { return false }
    if try hasChanged(client) { return true }
    return try hasAnyEndpointChanged()
  }

  /// Whether the filters of any endpoint differ for packets that it receives.
  private mutating func hasAnyEndpointChanged() throws(BudgetExceeded) -> Bool {
    if let known = isAnyEndpointDifferent { return known }
    var differs = false
    for key in Set(before.endpoints.keys).union(after.endpoints.keys).sorted() where !differs {
      differs = !gaps(key).isEmpty
      if !differs { differs = try hasChanged(key, .in) }
    }
    isAnyEndpointDifferent = differs
    return differs
  }

  /// The packets of a client to frontends that a missing object may take instead or be the backend of.
  ///
  /// - Parameters:
  ///   - frontends: The frontends; those that remain are known.
  ///   - client: The client.
  mutating func removeMissing(
    from frontends: inout [Frontend], _ client: Client
  ) throws(BudgetExceeded) -> [UndecidedPackets] {
    var undecided: [UndecidedPackets] = []
    for missing in self.missing.objects {
      let isConcerned = { (comparison: Comparison, frontend: Frontend) in
        comparison.addresses(of: frontend).contains(where: missing.concerns)
      }
      let all = try isAlwaysUndecided(missing, client) ? self.frontends : frontends
      let concerned = all.filter { isConcerned(self, $0) }
      frontends.removeAll { isConcerned(self, $0) }
      var packets = concerned.map(\.packets)
      // Other packets of an endpoint to it are compared with its filters.
      if case .endpoint = client {
      } else if missing.object.kind == .loadBalancer,
        try isAlwaysUndecided(missing, client)
      {
        packets.append(missing.packets)
      }
      guard !packets.isEmpty else { continue }
      let set = try PacketSet(packets, within: budget)
      undecided.append(
        UndecidedPackets(
          endpoint: client.name, direction: .out, packets: try set.boxes(within: budget),
          gap: .missing(missing.object), hosts: missing.hosts))
    }
    return undecided
  }

  /// The addresses that packets to a frontend have on their way.
  private func addresses(of frontend: Frontend) -> [IPAddress] {
    let states = [before.frontends[frontend], after.frontends[frontend]].compactMap(\.self)
    return [frontend.address] + states.flatMap(\.backendAddresses)
  }
}
