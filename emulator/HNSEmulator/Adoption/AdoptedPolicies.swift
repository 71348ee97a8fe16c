package import HostModel
package import JSONText

/// A policy of a real host's document that this service does not take.
package struct RefusedPolicy: Hashable, Sendable {
  /// The type, as it is spelled in the document.
  package var type: String
  /// Whether this program does not know the type.
  package var isUnknownType: Bool
  /// The member of an ACL that this program does not know, and which may restrict or widen it; nil if the reason
  /// is another.
  package var unknownMember: String?
  /// Why it is refused.
  package var reason: String
  /// The policy, as it stands in the document.
  package var document: JSON

  /// Whether packets can depend on it: of the known types only some filter or translate.
  package var affectsPackets: Bool {
    let known = PolicyTable.schemas(named: type)
    return known.isEmpty || known.contains { $0.packetEffect != .none }
  }
}

/// Policies of a real host's document, each of which is taken or refused by itself.
struct AdoptedPolicies {
  /// The policies in the form of schema 2.
  var documents: [JSON] = []
  /// The same policies, read.
  private(set) var policies: [HCNPolicy] = []
  private(set) var refused: [RefusedPolicy] = []
  private let configuration: HostConfiguration

  init(_ configuration: HostConfiguration) { self.configuration = configuration }

  /// Reads the policies of an endpoint.
  mutating func addEndpointPolicies(_ list: [JSON], driver: NetworkDriver) {
    add(list, PolicyReader(configuration: configuration, driver: driver, table: .endpoint)) {
      policy throws(HCNError) in try V1PolicyTranslation.endpointPolicy(policy)
    }
  }

  /// Reads the policies of a network, or of a subnet.
  mutating func addNetworkPolicies(_ list: [JSON], driver: NetworkDriver, table: PolicyTable) {
    add(list, PolicyReader(configuration: configuration, driver: driver, table: table)) {
      policy throws(HCNError) in try V1PolicyTranslation.networkPolicy(policy).policy
    }
  }

  private mutating func add(
    _ list: [JSON], _ reader: PolicyReader, _ translate: (DocumentReader) throws(HCNError) -> JSON
  ) {
    for element in list {
      do throws(HCNError) {
        let document = try translate(try DocumentReader(element, .invalidPolicy))
        guard let policy = try reader.policy(of: document) else { continue }
        guard let member = Self.unknownMember(of: document) else {
          documents.append(document)
          policies.append(policy)
          continue
        }
        let type = element["Type"]?.string ?? ""
        refused.append(
          RefusedPolicy(
            type: type, isUnknownType: false, unknownMember: member,
            reason: "it has the member '\(member)', which is not known", document: element))
      } catch {
        let type = element["Type"]?.string ?? element["Type"]?.text() ?? ""
        refused.append(
          RefusedPolicy(
            type: type,
            isUnknownType: error.code == .invalidPolicyType && PolicyTable.schemas(named: type).isEmpty,
            reason: error.reason, document: element))
      }
    }
  }
}

extension HostNetworkingService {
  /// The ACLs among the policies of an endpoint's document.
  ///
  /// - Parameter policies: The policies, of either schema.
  /// - Returns: The ACLs; nil if one of the policies cannot be read.
  package static func acls(inEndpointPolicies policies: [JSON]) -> [PortACL]? {
    var acls: [PortACL] = []
    for policy in policies {
      guard let reader = try? DocumentReader(policy, .invalidPolicy),
        let document = try? V1PolicyTranslation.endpointPolicy(reader)
      else { return nil }
      guard document["Type"]?.string?.lowercased() == "acl" else { continue }
      guard let settings = document["Settings"]?.object,
        let acl = try? PortACL(settings: PolicyReader.arranged(settings))
      else { return nil }
      acls.append(acl)
    }
    return acls
  }
}

extension AdoptedPolicies {
  /// The first member of an ACL that is not known and has a value.
  ///
  /// The service here keeps such a member and ignores it; that the one of a real host does too is not known.
  private static func unknownMember(of policy: JSON) -> String? {
    guard let type = policy["Type"]?.string.flatMap({ PolicyType(rawValue: $0) }),
      type == .acl || type == .networkACL
    else { return nil }
    let known = PolicyTable.endpoint[.acl]?.members ?? []
    return policy["Settings"]?.object?.members.first { member in
      ![.null, .string(""), .integer(0)].contains(member.value) && !known.contains { $0.name == member.key }
    }?.key
  }
}

extension PolicyTable {
  /// The types with a name in either schema, on whatever object.
  fileprivate static func schemas(named name: String) -> [PolicySchema] {
    [endpoint, network, subnet].flatMap { table in
      table.schemas.filter { schema in
        schema.name.lowercased() == name.lowercased()
          || schema.v1?.names.contains { $0.lowercased() == name.lowercased() } ?? false
      }
    }
  }
}

extension HCNError {
  /// What exactly was refused, or else the text of the code.
  package var reason: String { detail ?? text }
}
