import HostModel
import JSONText
import NetworkTypes

/// A policy of an endpoint, network or subnet as the service keeps it.
struct Policy: Hashable {
  /// The type in its documented spelling.
  let type: String
  /// The settings as they are echoed.
  let settings: JSON
  /// What an ACL says; nil for any other type.
  let acl: PortACL?
  /// What a port mapping says; nil for any other type.
  let mapping: PortMapping?

  init(type: String, settings: JSON, acl: PortACL? = nil, mapping: PortMapping? = nil) {
    self.type = type
    self.settings = settings
    self.acl = acl
    self.mapping = mapping
  }

  /// The policy as documents have it.
  var document: JSON { ["Type": .string(type), "Settings": settings] }

  /// Whether a remove request for `other` means this policy: the whole settings are compared, the
  /// order of members does not count, and ACLs are compared by what they say
  /// (reference: hns, 6.6).
  func isRemoved(by other: Policy) -> Bool {
    guard type == other.type else { return false }
    if let acl, let otherACL = other.acl { return acl == otherACL }
    return settings.sorted == other.settings.sorted
  }
}

/// The names of the policy types the service itself looks at.
enum PolicyName {
  static let acl = "ACL"
  static let portMapping = "PortMapping"
  static let l2Driver = "L2Driver"
  static let l4Proxy = "L4Proxy"
  static let l4WFPProxy = "L4WFPPROXY"
  static let outboundNAT = "OutBoundNAT"
  static let interfaceParameters = "InterfaceParameters"
  static let netAdapterName = "NetAdapterName"
  static let providerAddress = "ProviderAddress"
  static let drMacAddress = "DrMacAddress"
  static let layerConstraint = "LayerConstraint"
  static let setPolicy = "SetPolicy"
  static let networkACL = "NetworkACL"
  static let vsid = "VSID"
}

extension JSON {
  /// Whether arrays and objects stand in each other more than so many times.
  func isDeeper(than limit: Int) -> Bool {
    switch self {
    case .array(let elements): limit == 0 || elements.contains { $0.isDeeper(than: limit - 1) }
    case .object(let object): limit == 0 || object.members.contains { $0.value.isDeeper(than: limit - 1) }
    default: false
    }
  }

  /// The same value with the members of every object in the order of their names.
  var sorted: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { JSONObject.Member($0.key, $0.value.sorted) }.sorted { $0.key < $1.key }))
    default: self
    }
  }
}
