import HostModel
import JSONText
import NetworkTypes

extension PolicyReader {
  /// The members of an ACL that only schema 1 has, each with the list that replaces it.
  private static let singles = [
    "Protocol": "Protocols", "LocalPort": "LocalPorts", "RemotePort": "RemotePorts",
    "InternalPort": "LocalPorts", "ServiceName": "Protocols and LocalPorts",
  ]

  /// Refuses members that schema 2 has another member for: ignoring them would allow more than the ACL says
  /// (reference: hns, 4.3; this project's choice).
  static func checkMembers(_ settings: JSONObject) throws(HCNError) {
    for member in settings.members {
      guard let list = singles[member.key], ![.null, .string(""), .integer(0)].contains(member.value) else {
        continue
      }
      throw HCNError(
        .invalidPolicy, detail: "ACL: '\(member.key)' is not a member of schema 2; use \(list)")
    }
  }

  /// The settings of an ACL as HNS echoes them: known members in its order, without those that have their
  /// default value, enumeration values in their documented spelling, unknown members last (reference: hns, 0
  /// rule 11, 1.1 and 1.8.1).
  static func arranged(_ settings: JSONObject) -> JSON {
    var result = JSONObject()
    let members = PolicyTable.endpoint[.acl]?.members ?? []
    for member in members {
      switch settings[member.name] {
      case nil, .null, .string(""): continue
      case let value?:
        if case .enumeration(let words) = member.shape {
          result.append(member.name, spelling(value, among: words).map { .string($0) } ?? value)
        } else if value != 0 {
          result.append(member.name, value)
        }
      }
    }
    result.members += settings.members.filter { stated in !members.contains { $0.name == stated.key } }
    return .object(result)
  }

  /// Parses the settings of an ACL and checks them against the host's version.
  func acl(_ settings: JSON) throws(HCNError) -> PortACL {
    let acl: PortACL
    do throws(PortACLError) {
      acl = try PortACL(settings: settings)
    } catch {
      throw HCNError(.invalidPolicy, detail: "ACL: \(error.member) \(error.reason)")
    }
    try checkProtocols(acl)
    try checkVersion(acl, settings)
    return acl
  }

  /// Validates typed ACLs, by the same rules as their settings.
  ///
  /// An ACL with an empty set of addresses, ports or protocols is refused: it matches nothing, and a document
  /// could express it only as one that matches anything.
  func acls(_ stated: [PortACL]) throws(HCNError) -> ACLList {
    var result = stated
    let given = stated.span
    for index in given.indices {
      do throws(PortACLError) {
        if try !given[index].roundTripsThroughSettings() {
          result[index] = given[index].normalizedForSettings
        }
      } catch {
        throw HCNError(.invalidPolicy, detail: "ACL: \(error.member) \(error.reason)")
      }
    }
    let read = result.span
    for index in read.indices {
      try checkProtocols(read[index])
      try checkVersion(read[index])
    }
    return ACLList(result)
  }

  /// Validates typed policies, as their documents would be; equal ones share memory.
  func validated(_ given: [HCNPolicy]) throws(HCNError) -> [HCNPolicy] {
    var result = given
    var empty: [Int] = []
    for (index, policy) in given.enumerated() {
      guard policy.list != nil, let acl = policy.acl else {
        guard let read = try self.policy(of: policy.document) else {
          empty.append(index)
          continue
        }
        if read != policy { result[index] = read }
        continue
      }
      var read = acl
      do throws(PortACLError) {
        if try !acl.roundTripsThroughSettings() {
          read = acl.normalizedForSettings
          result[index] = HCNPolicy(listed: ACLList([read]), at: 0)
        }
      } catch {
        throw HCNError(.invalidPolicy, detail: "ACL: \(error.member) \(error.reason)")
      }
      try checkProtocols(read)
      try checkVersion(read)
    }
    for index in empty.reversed() { result.remove(at: index) }
    try checkParameters(result)
    return result
  }

  /// VFP's pseudo-numbers for VXLAN are accepted if Switch ACLs can list them; in a Host ACL they are numbers
  /// like any other, by this project's choice (reference: windows-firewall-and-vfp, 4.1, 7).
  private func checkProtocols(_ acl: PortACL) throws(HCNError) {
    guard acl.ruleType != .host, let protocols = acl.match.protocols,
      !protocols.isSubset(of: gates.protocolsOfSwitchACLs)
    else { return }
    throw HCNError(
      .invalidPolicy, detail: "ACL: HNS \(configuration.version) does not support these protocols")
  }

  /// Checks ids, address lists, port ranges and the priority of Host rules (reference: hns, 4.3 and 5.1).
  ///
  /// Lists of single ports are accepted by every version, by this project's choice; the reference gives a
  /// version only for ranges. The priority is checked only if the rule type is given.
  ///
  /// Without given settings, the ACL's own settings are checked.
  private func checkVersion(_ acl: PortACL, _ stated: JSON? = nil) throws(HCNError) {
    func refuse(_ reason: String) -> HCNError {
      HCNError(.invalidPolicy, detail: "ACL: \(reason) on HNS \(configuration.version)")
    }
    if acl.id != nil, !gates.takesIDs { throw refuse("'Id' does not exist") }
    if !gates.takesAddressLists {
      let settings = stated ?? acl.settings
      for key in ["LocalAddresses", "RemoteAddresses"] where settings[key]?.string?.contains(",") ?? false {
        throw refuse("'\(key)' must be a single address or prefix")
      }
    }
    if !gates.takesPortRanges {
      let settings = stated ?? acl.settings
      for key in ["LocalPorts", "RemotePorts"] where settings[key]?.string?.contains("-") ?? false {
        throw refuse("'\(key)' must not contain ranges")
      }
    }
    guard acl.ruleType == .host else { return }
    if gates.hasNoHostPriority {
      if acl.priority != nil { throw refuse("a Host rule must not have a Priority") }
    } else if acl.priority != 100 {
      throw refuse("a Host rule must have Priority 100")
    }
  }
}

/// What the host's version supports in ACLs, computed once for all ACLs of a call (reference: hns, 5.1).
struct ACLGates {
  /// The protocols a Switch ACL can list.
  let protocolsOfSwitchACLs: ProtocolSet
  let takesIDs: Bool
  let takesAddressLists: Bool
  let takesPortRanges: Bool
  let hasNoHostPriority: Bool

  init(_ configuration: HostConfiguration) {
    let version = configuration.version
    protocolsOfSwitchACLs = version.protocolsOfSwitchACLs(configuration.assumptions)
    takesIDs = version.has(.aclRuleId)
    takesAddressLists = version.has(.aclAddressLists)
    takesPortRanges = version.has(.aclPortRanges)
    hasNoHostPriority = version.has(.aclNoHostRulePriority)
  }
}
