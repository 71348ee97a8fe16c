package import HostModel
import NetworkTypes

/// What a Windows build supports in each cell of the table by driver and isolation, with sources.
package struct Capabilities: Sendable {
  /// One cell of the table.
  package struct Cell: Sendable {
    package var platform: PlatformCell
    /// Where port ACLs can be changed; empty if the table marks the cell X.
    package var programmablePoints: [EnforcementPoint]
    /// Whether they are enforced there on this build, or only stored.
    package var enforcesACLs: Bool
    /// The default action for unsolicited inbound traffic without ACLs.
    package var inboundDefault: String
    /// The default action for outbound traffic without ACLs.
    package var outboundDefault: String
    /// Whether and how ports can be published.
    package var publishing: String
    package var families: [String]
    /// The sections of the reference.
    package var sources: [String]
  }

  package var build: WindowsBuild
  package var cells: [Cell]
  package var features: [(feature: HNSFeature, isAvailable: Bool)]
  package var assumptions: Assumptions

  /// The capabilities of a build.
  ///
  /// - Parameters:
  ///   - build: The build.
  ///   - assumptions: The assumptions of the host.
  package init(_ build: WindowsBuild, assumptions: Assumptions = Assumptions()) {
    self.build = build
    self.assumptions = assumptions
    cells = PlatformCell.all.map { Self.cell($0, build, assumptions) }
    features = HNSFeature.allCases.map { ($0, build.hnsVersion.has($0)) }
  }

  private static func cell(_ cell: PlatformCell, _ build: WindowsBuild, _ assumptions: Assumptions) -> Cell {
    var sources = ["network-isolation: where default port ACLs can be customized"]
    let inbound: String
    if let admitted = cell.inboundDefault(build, assumptions) {
      inbound =
        admitted.isEmpty
        ? "block all"
        : "allow " + admitted.protocols.map(\.description).joined(separator: ", ") + "; block the rest"
    } else {
      inbound = "allow all"
    }
    sources.append("network-isolation: who enforces port ACLs")
    let publishing: String
    switch cell.driver {
    case .nat:
      publishing =
        cell.isolation == .process ? "yes, with an inbound allow rule for the container's port" : "yes"
      sources.append("hns 6.5")
    case .l2bridge, .overlay:
      publishing = build.hnsVersion.has(.apiV2) ? "yes, through VFP" : "no: needs HNS 9.2"
      sources.append("hns 6.5")
    case .transparent, .l2tunnel: publishing = "no"
    }
    if !cell.enforcesACLs(build, assumptions) { sources.append("windows-firewall-and-vfp 4.3") }
    if cell.driver != .l2tunnel { sources.append("windows-firewall-and-vfp 5, 9") }
    let addressed = cell.addressFamilies(build)
    let families = addressed.map { family in
      let name = family == .ipv4 ? "IPv4" : "IPv6"
      return cell.filteredFamilies(build).contains(family) ? name : "\(name) (not filtered by ACLs)"
    }
    return Cell(
      platform: cell, programmablePoints: cell.programmablePoints,
      enforcesACLs: cell.enforcesACLs(build, assumptions),
      inboundDefault: inbound, outboundDefault: "allow all",
      publishing: publishing, families: families, sources: sources)
  }
}
