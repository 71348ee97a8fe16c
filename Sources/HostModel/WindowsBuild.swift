public import NetworkTypes

/// A Windows build, optionally with the revision that monthly updates raise.
public struct WindowsBuild: Hashable, Sendable, Comparable {
  /// The build number, such as 20348.
  public let build: Int
  /// The revision after the dot, such as 2322; nil if none is specified.
  public let revision: Int?

  /// Makes a build.
  ///
  /// - Parameters:
  ///   - build: The build number.
  ///   - revision: The revision, when known.
  public init(build: Int, revision: Int? = nil) {
    self.build = build
    self.revision = revision
  }

  /// A known release.
  public struct Release: Sendable, Hashable {
    /// The build number.
    public let build: Int
    /// The names a profile can use, the preferred one first.
    public let names: [String]
    /// The version of the Host Networking Service on it.
    public let hnsVersion: HNSVersion
    /// Whether the version is an assumption of this project, because it is not documented.
    public let versionIsAssumed: Bool
  }

  /// The releases in ascending order of build (reference: windows-firewall-and-vfp, 5; hns, 5.2).
  ///
  /// The HNS versions of 1607, 1703 and 20H2 are not documented; the ones here are marked as this project's
  /// assumption.
  public static let releases: [Release] = [
    Release(build: 14393, names: ["1607", "ltsc2016"], hnsVersion: .init(1, 1), versionIsAssumed: true),
    Release(build: 15063, names: ["1703"], hnsVersion: .init(1, 1), versionIsAssumed: true),
    Release(build: 16299, names: ["1709"], hnsVersion: .init(5, 1), versionIsAssumed: false),
    Release(build: 17134, names: ["1803"], hnsVersion: .init(7, 2), versionIsAssumed: false),
    Release(build: 17763, names: ["ltsc2019", "1809"], hnsVersion: .init(9, 3), versionIsAssumed: false),
    Release(build: 18362, names: ["1903"], hnsVersion: .init(10, 3), versionIsAssumed: false),
    Release(build: 18363, names: ["1909"], hnsVersion: .init(10, 3), versionIsAssumed: false),
    Release(build: 19041, names: ["2004"], hnsVersion: .init(11, 10), versionIsAssumed: false),
    Release(build: 19042, names: ["20H2"], hnsVersion: .init(12, 0), versionIsAssumed: true),
    Release(build: 20348, names: ["ltsc2022"], hnsVersion: .init(13, 3), versionIsAssumed: false),
    Release(build: 25398, names: ["23H2"], hnsVersion: .init(15, 0), versionIsAssumed: false),
    Release(build: 26100, names: ["ltsc2025"], hnsVersion: .init(15, 4), versionIsAssumed: false),
  ]

  /// The build of a profile that specifies none: Windows Server 2022.
  public static let standard = WindowsBuild(build: 20348)

  /// Reads a release name in any case, or `BUILD` or `BUILD.REVISION`; nil for any other text.
  ///
  /// A build below the first listed one is not a container host and is refused.
  ///
  /// - Parameter text: The text, such as `ltsc2022` or `26100.32690`.
  public init?(_ text: String) {
    let lowered = text.lowercased()
    if let release = Self.releases.first(where: { $0.names.contains { $0.lowercased() == lowered } }) {
      self.init(build: release.build)
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.count <= 6 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let build = Int(parts[0]), let first = Self.releases.first, build >= first.build
    else { return nil }
    self.init(build: build, revision: parts.count == 2 ? Int(parts[1]) : nil)
  }

  /// The release that this build behaves like: itself, or the nearest listed one below it.
  public var release: Release {
    Self.releases.last { $0.build <= build } ?? Self.releases[0]
  }

  /// Whether the build is one of the listed releases.
  public var isListed: Bool { release.build == build }

  /// The version of the Host Networking Service.
  public var hnsVersion: HNSVersion { release.hnsVersion }

  /// Whether inbound traffic of process isolated containers is blocked by default, as it was before
  /// version 1709 (reference: network-isolation, "Who enforces port ACLs").
  public var deniesInboundByDefault: Bool { build < 16299 }

  /// Whether a host can have several nat networks: before Windows Server 2022 it had one NAT prefix
  /// (reference: windows-firewall-and-vfp, 10.4).
  public var allowsSeveralNATNetworks: Bool { build >= 20348 }

  /// By build, then by revision; an unspecified revision sorts first.
  public static func < (left: Self, right: Self) -> Bool {
    (left.build, left.revision ?? -1) < (right.build, right.revision ?? -1)
  }
}

extension WindowsBuild: CustomStringConvertible {
  /// The preferred name of a listed build, otherwise the number; a revision follows after a dot.
  public var description: String {
    if let revision { return "\(build).\(revision)" }
    return isListed ? release.names[0] : "\(build)"
  }
}

/// A version of the Host Networking Service.
public struct HNSVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The major version.
  public let major: Int
  /// The minor version.
  public let minor: Int

  /// Makes a version.
  ///
  /// - Parameters:
  ///   - major: The major version.
  ///   - minor: The minor version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The number that objects have as `Version`: major times 2 to the 32nd, plus minor.
  public var packed: Int64 { Int64(major) << 32 | Int64(minor) }

  /// By major, then by minor version.
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// `MAJOR.MINOR`.
  public var description: String { "\(major).\(minor)" }
}

/// A feature of the Host Networking Service with the versions that have it.
///
/// The gates are those that clients of HNS check (reference: hns, 5.1).
public enum HNSFeature: String, Sendable, Hashable, CaseIterable {
  case aclAddressLists = "AclAddressLists"
  case aclNoHostRulePriority = "AclNoHostRulePriority"
  case aclPortRanges = "AclPortRanges"
  case aclRuleId = "AclRuleId"
  case apiV2 = "API.V2"
  case remoteSubnet = "RemoteSubnet"
  case hostRoute = "HostRoute"
  case dsr = "DSR"
  case slash32EndpointPrefixes = "Slash32EndpointPrefixes"
  case vxlanPort = "VxlanPort"
  case aclSupportForProtocol252 = "AclSupportForProtocol252"
  case ipv6DualStack = "IPv6DualStack"
  case sessionAffinity = "SessionAffinity"
  case setPolicy = "SetPolicy"
  case l4Proxy = "L4Proxy"
  case l4WFPProxy = "L4WfpProxy"
  case tierACL = "TierAcl"
  case networkACL = "NetworkACL"
  case nestedIpSet = "NestedIpSet"
  case disableHostPort = "DisableHostPort"
  case modifyLoadbalancer = "ModifyLoadbalancer"
  case accelnet = "Accelnet"

  /// The version ranges that have the feature, both ends included; nil is an open end.
  public var versions: [(from: HNSVersion, through: HNSVersion?)] {
    func since(_ major: Int, _ minor: Int) -> [(HNSVersion, HNSVersion?)] {
      [(HNSVersion(major, minor), nil)]
    }
    func within(_ major: Int, _ minor: Int) -> (HNSVersion, HNSVersion?) {
      (HNSVersion(major, minor), HNSVersion(major, .max))
    }
    return switch self {
    case .aclAddressLists, .aclNoHostRulePriority, .aclPortRanges, .aclRuleId: since(7, 2)
    case .apiV2, .remoteSubnet, .hostRoute: since(9, 2)
    case .dsr: [within(9, 3)] + since(10, 2)
    case .slash32EndpointPrefixes: [within(9, 3)] + since(10, 4)
    case .vxlanPort: since(10, 3)
    case .aclSupportForProtocol252: since(11, 0)
    case .ipv6DualStack: since(11, 10)
    case .sessionAffinity: since(12, 0)
    case .setPolicy: since(13, 0)
    case .l4Proxy: [within(9, 5), within(10, 5), within(11, 11), within(12, 1)] + since(13, 1)
    case .l4WFPProxy: since(13, 2)
    case .tierACL: since(14, 0)
    case .networkACL, .nestedIpSet: since(15, 0)
    case .disableHostPort: since(15, 1)
    case .modifyLoadbalancer, .accelnet: since(15, 4)
    }
  }
}

extension HNSFeature {
  /// The versions that have the feature, in words.
  package var introduction: String {
    guard let newest = versions.last, versions.count > 1 else {
      return versions.last.map { "\($0.from)" } ?? ""
    }
    let earlier = versions.dropLast().map { "\($0.from) and later \($0.from.major).x" }
    return "\(earlier.joined(separator: ", ")), or \(newest.from) and later"
  }
}

extension HNSVersion {
  /// Whether this version has a feature.
  ///
  /// - Parameter feature: The feature.
  public func has(_ feature: HNSFeature) -> Bool {
    feature.versions.contains { range in
      self >= range.from && range.through.map { self <= $0 } ?? true
    }
  }
}

extension HNSVersion {
  /// The protocol numbers a Switch ACL can list.
  ///
  /// VFP uses 251 and 252 as pseudo protocol numbers: 251 is never valid in an ACL, 252 from the version
  /// given by the assumption `protocol252`. Windows Firewall treats both like any other number
  /// (reference: windows-firewall-and-vfp, 3.2, 4.1 and 8).
  ///
  /// - Parameter assumptions: The host's assumptions.
  public func protocolsOfSwitchACLs(_ assumptions: Assumptions) -> ProtocolSet {
    let takesVXLAN =
      assumptions.protocol252 == .hns9 ? self >= HNSVersion(9, 3) : has(.aclSupportForProtocol252)
    let pseudo: [IPProtocol] = takesVXLAN ? [.encryptedVXLAN] : [.encryptedVXLAN, .vxlan]
    return ProtocolSet.allProtocols.subtracting(ProtocolSet(pseudo))
  }
}
