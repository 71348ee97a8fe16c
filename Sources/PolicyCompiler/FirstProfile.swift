package import HostModel
import NetworkTypes

/// A profile to begin with: one container with a rule where the platform has rules, and tests of it.
package struct FirstProfile: Sendable {
  private let cell: PlatformCell
  private let build: WindowsBuild
  private let windows: String
  private let name: String

  /// Prepares a profile.
  ///
  /// - Parameters:
  ///   - cell: The driver of the network and the isolation of the container.
  ///   - build: The build of the host.
  ///   - windows: The build as the profile states it.
  ///   - name: The name of the profile.
  package init(_ cell: PlatformCell, build: WindowsBuild, windows: String, name: String) {
    self.cell = cell
    self.build = build
    self.windows = windows
    self.name = name
  }

  /// Why the profile has no ACLs; nil if it has some.
  package var reasonWithoutACLs: String? {
    if cell.programmablePoints.isEmpty {
      return "the ACLs of a Hyper-V isolated container on a \(cell.driver.rawValue) network cannot be changed"
    }
    guard !cell.enforcesACLs(build, Assumptions()) else { return nil }
    return "ACLs on a \(cell.driver.rawValue) network take effect only from build "
      + "26100.\(PlatformCell.natACLRevision) on"
  }

  private var isNAT: Bool { cell.driver == .nat }
  private var address: String { isNAT ? "172.30.0.10" : "10.244.7.10" }

  /// The text of the profile.
  package var text: String {
    let isolated = cell.isolation == .hyperv ? "A Hyper-V isolated container" : "A container"
    return """
      # \(isolated) on \(cell.driver.filtersWithVFP ? "an" : "a") \(cell.driver.rawValue) network.
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: \(name)
      host:
        windows: \(windows)
        addresses: [10.240.0.5]  # the node's own

      """ + host + network + container + tests
  }

  private var host: String { isNAT ? "" : "  adapters: [Ethernet]\n" }

  private var network: String {
    let adapter = isNAT ? "" : "\n    adapter: Ethernet"
    let subnet =
      switch cell.driver {
      case .nat: "prefix: 172.30.0.0/20, gateway: 172.30.0.1"
      case .overlay: "prefix: 10.244.7.0/24, gateway: 10.244.7.1, vsid: 4096"
      default: "prefix: 10.244.7.0/24, gateway: 10.244.7.1"
      }
    return """
      networks:
        - name: containers
          driver: \(cell.driver.rawValue)\(adapter)
          subnets: [{\(subnet)}]

      """
  }

  /// Whether the rule is one for outbound packets.
  ///
  /// Before HNS 7.2 an ACL has no lists and ranges, and Windows Firewall alone cannot block all but a port.
  private var isOutbound: Bool {
    cell.programmablePoints == [.windowsFirewall] && !build.hnsVersion.has(.aclAddressLists)
  }

  private var container: String {
    let publish =
      isNAT && !isOutbound
      ? "\n    publish: [\"8443:443/tcp\"]  # port of the node : port of the container" : ""
    return """
      containers:
      \(allowances.map { "  # hnsctl: allow \($0)\n" }.joined())  - name: web
          network: containers
          isolation: \(cell.isolation.rawValue)
          addresses: [\(address)]\(publish)

      """ + rules
  }

  /// The findings that the profile has by intention, each with the reason.
  private var allowances: [String] {
    guard cell.driver == .transparent else { return [] }
    var allowances: [String] = []
    if reasonWithoutACLs == nil { allowances.append("family-gap this network has no IPv6") }
    let isOpen = cell.inboundDefault(build, Assumptions())?.isEmpty != true
    if isOpen, reasonWithoutACLs != nil || isOutbound {
      allowances.append("open-management-port no ACL filters what arrives")
    }
    return allowances
  }

  private var rules: String {
    if let reason = reasonWithoutACLs { return "    # No defaults and no acls: \(reason).\n" }
    func acl(_ name: String, to address: String, _ ports: String) -> String {
      "      - {name: \(name), direction: out, action: block, protocols: [tcp], "
        + "remoteAddresses: [\(address)], remotePorts: [\(ports)]}\n"
    }
    guard !isOutbound else { return "    acls:\n" + acl("deny-metadata", to: "169.254.169.254", "80") }
    return "    defaults: {in: block, out: allow}\n    acls:\n"
      + "      - {name: allow-https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}\n"
      + (cell.driver == .l2tunnel ? acl("deny-wireserver", to: "168.63.129.16", "80, 32526") : "")
  }

  private var tests: String {
    func packet(_ name: String, _ from: String, _ to: String, _ port: String, _ expected: String) -> String {
      "  - {name: \(name), packet: {from: \(from), to: \(to), protocol: tcp, port: \(port)}, expect: \(expected)}\n"
    }
    var tests = "tests:\n"
    if isOutbound {
      tests += packet(
        "web does not ask the metadata service", "web", "169.254.169.254", "80", "block, rule: deny-metadata")
    } else if reasonWithoutACLs == nil {
      tests += packet(
        "https reaches web", "203.0.113.7", isNAT ? "host" : "web", isNAT ? "8443" : "443",
        "allow, rule: allow-https")
      tests +=
        "  - {name: nothing else reaches web, never: {to: web, protocol: tcp, port: {not: 443}, verdict: allow}}\n"
    }
    return tests + packet("web reaches others", "web", "203.0.113.7", "443", "allow")
  }
}
