/// The facts about one type of policy on one kind of object.
package struct PolicySchema: Sendable {
  /// The value of a member of the settings.
  package indirect enum Shape: Sendable {
    case text
    case boolean
    /// A whole number up to a maximum.
    case number(UInt64)
    case list(Shape)
    case object([Member])
    /// One of a few words; documents can use any case, or the number of the word.
    case enumeration([String])
    case address
    case prefix
    /// An address or a prefix.
    case addressOrPrefix
    case mac
    case identifier
  }

  /// Where a member is required.
  package enum Requirement: Sendable {
    case optional
    /// Required in profiles, optional for the service.
    case inProfiles
    case always
  }

  /// One member of the settings.
  package struct Member: Sendable {
    package let name: String
    package let shape: Shape
    /// What the service checks; nil if the documentation disagrees or other code reads the member.
    package let checkedShape: Shape?
    package let requirement: Requirement

    init(_ name: String, _ shape: Shape, _ requirement: Requirement = .optional) {
      self.name = name
      self.shape = shape
      self.requirement = requirement
      checkedShape = shape
    }

    private init(_ member: Member, checkedAs checkedShape: Shape?) {
      name = member.name
      shape = member.shape
      requirement = member.requirement
      self.checkedShape = checkedShape
    }

    /// The same member, not checked by the service.
    var unchecked: Member { Member(self, checkedAs: nil) }

    /// The same member, where the service only checks that it is an object or a list of objects.
    var checkedShallowly: Member {
      if case .list = shape { return Member(self, checkedAs: .list(.object([]))) }
      return Member(self, checkedAs: .object([]))
    }
  }

  /// The names of a type in schema 1 (reference: hns, 4.3).
  package struct V1Mapping: Sendable {
    /// The accepted names, the one to write first.
    package let names: [String]
    /// The members with different names in the two schemas.
    package let members: [(v1: String, v2: String)]

    init(_ names: String..., members: KeyValuePairs<String, String> = [:]) {
      self.names = names
      self.members = members.map { ($0.key, $0.value) }
    }
  }

  /// What a policy does to packets.
  package enum PacketEffect: Sendable {
    case none
    /// It affects packets, and plans and traces evaluate it.
    case evaluated
    /// It affects packets in ways that plans and traces do not evaluate.
    case unevaluated
    /// It blocks packets in ways that are not documented: where a rule matches, the verdict is unknown.
    case unevaluatedFilter
  }

  package let type: PolicyType
  /// The number that documents can use instead of the name; nil if the reference has none.
  package let number: Int64?
  /// The lowest minor number of a 2.x schema that has the type.
  package let schemaMinor: Int
  /// The feature that gates the type, if clients check for one.
  package let feature: HNSFeature?
  package let v1: V1Mapping?
  package let members: [Member]
  /// Whether an object can have several of it.
  package let isRepeatable: Bool
  package let packetEffect: PacketEffect
  /// The drivers on which the service adds a policy of the type if there is none.
  package let addedByService: Set<NetworkDriver>

  init(
    _ type: PolicyType, _ number: Int64?, since schemaMinor: Int = 0, feature: HNSFeature? = nil,
    v1: V1Mapping? = nil, repeatable isRepeatable: Bool = false, packets packetEffect: PacketEffect = .none,
    addedOn addedByService: Set<NetworkDriver> = [], _ members: [Member] = []
  ) {
    self.type = type
    self.number = number
    self.schemaMinor = schemaMinor
    self.feature = feature
    self.v1 = v1
    self.members = members
    self.isRepeatable = isRepeatable
    self.packetEffect = packetEffect
    self.addedByService = addedByService
  }

  /// The type in its documented spelling.
  package var name: String { type.rawValue }

  /// Whether a build supports the type.
  package func isKnown(to build: WindowsBuild) -> Bool {
    build.schemaMinor >= schemaMinor && feature.map { build.hnsVersion.has($0) } ?? true
  }
}

/// The policy types of one kind of object.
package struct PolicyTable: Sendable {
  /// In the order of the reference.
  package let schemas: [PolicySchema]
  private let byName: [String: Int]

  init(_ schemas: [PolicySchema]) {
    self.schemas = schemas
    byName = Dictionary(uniqueKeysWithValues: schemas.enumerated().map { ($1.name.lowercased(), $0) })
  }

  /// The type with a name, in any case.
  package subscript(name: String) -> PolicySchema? {
    // Most documents spell a type as documented.
    let known = PolicyType(rawValue: name).map(\.rawValue) ?? name
    return byName[known.lowercased()].map { schemas[$0] }
  }

  /// A type; nil if objects of this kind do not have it.
  package subscript(type: PolicyType) -> PolicySchema? {
    byName[type.rawValue.lowercased()].map { schemas[$0] }
  }

  /// The type with a number.
  package subscript(number: Int64) -> PolicySchema? { schemas.first { $0.number == number } }

  /// Whether the service adds a policy of a type if a document has none.
  package func adds(_ type: PolicyType, on driver: NetworkDriver) -> Bool {
    self[type]?.addedByService.contains(driver) ?? false
  }

  /// The table with one type only.
  package func only(_ type: PolicyType) -> PolicyTable { PolicyTable(schemas.filter { $0.type == type }) }
}
