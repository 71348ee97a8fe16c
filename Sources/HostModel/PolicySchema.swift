/// What there is to know of one type of policy on one kind of object.
package struct PolicySchema: Sendable {
  /// What a member of the settings holds.
  package indirect enum Shape: Sendable {
    case text
    case truth
    /// A whole number up to a highest value.
    case number(UInt64)
    case list(Shape)
    case object([Member])
    /// One of a few words; documents may have any case, or the number of the word.
    case words([String])
    case address
    case prefix
    case mac
    case identifier
  }

  /// Who must state a member.
  package enum Requirement: Sendable {
    case optional
    /// Profiles must; the service does without.
    case profiles
    case always
  }

  /// One member of the settings.
  package struct Member: Sendable {
    package let name: String
    package let shape: Shape
    /// What the service holds a document to; nil where the sources differ or other code reads the member.
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

    /// The same member, not looked at by the service.
    var unchecked: Member { Member(self, checkedAs: nil) }

    /// The same member, of which the service only sees whether it is an object, or a list of them.
    var checkedOutside: Member {
      if case .list = shape { return Member(self, checkedAs: .list(.object([]))) }
      return Member(self, checkedAs: .object([]))
    }
  }

  /// How a type is called in schema 1 (reference: hns, 4.3).
  package struct V1Mapping: Sendable {
    /// The names that mean it, the one that is written first.
    package let names: [String]
    /// Members by their names in both schemas; any other has one name in both.
    package let members: [(v1: String, v2: String)]

    init(_ names: String..., members: KeyValuePairs<String, String> = [:]) {
      self.names = names
      self.members = members.map { ($0.key, $0.value) }
    }
  }

  /// What a policy does to packets.
  package enum PacketEffect: Sendable {
    case none
    /// It changes what happens to them, and plans and traces look at it.
    case evaluated
    /// It changes what happens to them in ways that plans and traces do not look at.
    case unevaluated
    /// It blocks packets in ways that no source states well enough to evaluate.
    case unevaluatedFilter
  }

  package let type: PolicyType
  /// The number documents may use instead of the name; nil where the reference has none.
  package let number: Int64?
  /// The lowest minor number of a 2.x schema that has the type.
  package let schemaMinor: Int
  /// The feature that gates the type, where clients test for one.
  package let feature: HNSFeature?
  package let v1: V1Mapping?
  package let members: [Member]
  /// Whether an object can have several of it.
  package let isRepeatable: Bool
  package let packetEffect: PacketEffect
  /// The drivers on which the service adds a policy of the type where none is stated.
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

  /// Whether a build has the type.
  package func isKnown(to build: WindowsBuild) -> Bool {
    build.schemaMinor >= schemaMinor && feature.map { build.hnsVersion.has($0) } ?? true
  }
}

/// The types of policies one kind of object can have.
package struct PolicyTable: Sendable {
  /// In the order of the reference.
  package let schemas: [PolicySchema]
  private let byName: [String: Int]

  init(_ schemas: [PolicySchema]) {
    self.schemas = schemas
    byName = Dictionary(uniqueKeysWithValues: schemas.enumerated().map { ($1.name.lowercased(), $0) })
  }

  /// The type a document names, in any case.
  package subscript(name: String) -> PolicySchema? {
    // Most documents spell a type as documented.
    let known = PolicyType(rawValue: name).map(\.rawValue) ?? name
    return byName[known.lowercased()].map { schemas[$0] }
  }

  /// A type; nil where objects of this kind have no policies of it.
  package subscript(type: PolicyType) -> PolicySchema? {
    byName[type.rawValue.lowercased()].map { schemas[$0] }
  }

  /// The type a document means by a number.
  package subscript(number: Int64) -> PolicySchema? { schemas.first { $0.number == number } }

  /// Whether the service adds a policy of a type where a document states none.
  package func adds(_ type: PolicyType, on driver: NetworkDriver) -> Bool {
    self[type]?.addedByService.contains(driver) ?? false
  }

  /// The types that block packets in ways that are not evaluated, on whichever object.
  package static let unevaluatedFilters = [PolicyTable.endpoint, .network].flatMap(\.schemas)
    .filter { $0.packetEffect == .unevaluatedFilter }.map(\.type)

  /// The table with one type only.
  package func only(_ type: PolicyType) -> PolicyTable { PolicyTable(schemas.filter { $0.type == type }) }
}
