import HNSTestSupport
import HostModel

extension RandomProfile {
  /// A service of the profile.
  struct Service {
    var name: String
    var address: String
    var network: Int
    /// The ports, each as YAML.
    var ports: [String]
    /// Workloads by name, and addresses of other hosts.
    var backends: [String]
    /// Other members, as YAML.
    var members: [String]

    var text: String {
      let members = [
        "name: \(name)", "address: \(address)", "ports: [\(ports.joined(separator: ", "))]",
        "backends: [\(backends.joined(separator: ", "))]",
      ]
      return "{\((members + self.members).joined(separator: ", "))}"
    }
  }

  /// Services on the networks that can have them: with backends of this host and others, with none, with node
  /// ports and external addresses.
  mutating func addServices() {
    for (number, network) in networks.enumerated() where ![.nat, .transparent].contains(network.driver) {
      guard random.chance(0.5) else { continue }
      for name in random.some(["front", "back"], 1, 2) {
        let index = services.count
        var members: [String] = []
        if random.chance(0.3) { members.append("externalAddresses: [203.0.113.\(50 + index)]") }
        services.append(
          Service(
            name: "\(name)-\(number)", address: "10.96.0.\(10 + index)", network: number,
            ports: random.some([80, 443, 9090], 1, 2).map { port(index, $0) },
            backends: backends(on: number), members: members))
      }
    }
    for index in workloads.indices where random.chance(0.3) {
      let network = networks[workloads[index].network]
      guard ![.nat, .transparent].contains(network.driver),
        !workloads[index].members.contains(where: { $0.hasPrefix("outboundNat") })
      else { continue }
      // Its own address is one that is translated even if it is excepted: loopback DSR.
      let own = workloads[index].addresses.first.map { ["\($0)/32"] } ?? []
      let destinations = random.some(own + ["10.9.9.9/32", "198.51.100.0/28"], 1, 2)
      workloads[index].members.append(
        "outboundNat: {exceptions: [10.0.0.0/8], destinations: [\(destinations.joined(separator: ", "))]}")
    }
  }

  private mutating func port(_ service: Int, _ port: Int) -> String {
    let node = random.chance(0.3) ? ", nodePort: \(30000 + 100 * service + port % 100)" : ""
    let target = random.one(of: [80, 443, 8080])
    return "{port: \(port), targetPort: \(target), protocol: \(random.one(of: ["tcp", "tcp", "udp"]))\(node)}"
  }

  private mutating func backends(on network: Int) -> [String] {
    let own = workloads.filter { $0.network == network && !$0.addresses.isEmpty }.map(\.name)
    let others = random.chance(0.4) ? ["\(networks[network].prefix).200"] : []
    return random.some(own, 0, max(1, own.count)) + others
  }

  /// An edit of a service like those of an operator, and the end of what is gone.
  mutating func editServices() {
    let names = Set(workloads.map(\.name))
    for index in services.indices {
      services[index].backends.removeAll { !$0.contains(".") && !names.contains($0) }
    }
    guard !services.isEmpty, random.chance(0.6) else { return }
    let index = random.below(services.count)
    switch random.below(4) {
    case 0: services.remove(at: index)
    case 1: services[index].ports = [port(index, 80)]
    default: services[index].backends = backends(on: services[index].network)
    }
  }
}
