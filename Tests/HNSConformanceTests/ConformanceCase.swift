import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A behaviour of HNS: calls in order, each with what it must answer, and the row of `hns.md` that says so.
///
/// Documents stand as the text a client sends and gets. `$name` in a text is the id of the object that a step
/// called `name`, in lower case; `$NAME` is the same id in upper case.
struct ConformanceCase: Sendable {
  /// The row: the section, and a short name of the row in it.
  let row: String
  /// What of the row the case shows; begins with `chosen:` where `hns.md` leaves it open.
  let detail: String
  /// The releases of Windows it is shown on.
  let windows: [String]
  let assumptions: [Assumption: String]
  /// The adapters of the host; empty where they are not known.
  let adapters: [String]
  let steps: [Step]

  init(
    _ row: String, _ detail: String = "", on windows: [String] = ["ltsc2022"],
    assumptions: [Assumption: String] = [:], adapters: [String] = [], _ steps: [Step]
  ) {
    self.row = row
    self.detail = detail
    self.windows = windows
    self.assumptions = assumptions
    self.adapters = adapters
    self.steps = steps
  }

  init(_ row: String, _ steps: [Step]) { self.init(row, "", steps) }
}

/// A case on one release.
struct ConformanceRun: Sendable, CustomTestStringConvertible {
  let shown: ConformanceCase
  let windows: String

  var testDescription: String {
    shown.row + (shown.detail.isEmpty ? "" : ": " + shown.detail) + " [\(windows)]"
  }

  /// A run for each release of each case.
  static func all(_ cases: [ConformanceCase]) -> [ConformanceRun] {
    cases.flatMap { shown in shown.windows.map { ConformanceRun(shown: shown, windows: $0) } }
  }
}

/// A row that has no case, and why.
struct NotCovered: Sendable {
  let row: String
  let reason: String

  init(_ row: String, _ reason: String) {
    self.row = row
    self.reason = reason
  }
}

/// The releases the suite knows as personas.
enum Persona {
  static let all = ["1607", "1709", "1803", "ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"]
  /// Those that have the functions of computenetwork.dll.
  static let withHCN = ["ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"]
  static let withoutHCN = ["1607", "1709", "1803"]
}

/// What a step asks of the service.
enum Request: Sendable {
  case create(HCNObjectKind, id: String?, network: String?, settings: String)
  case open
  case modify(String)
  case query(String?)
  case delete
  case enumerate(HCNObjectKind, String?)
  case stats
  case addresses
  case hns(String, String, String?)
  case settle
  case restart
}

/// A call with what it must answer, or a look at what went on.
struct Step: Sendable {
  enum Action: Sendable {
    /// A call about the named object.
    case call(Request, object: String?, kind: HCNObjectKind?)
    /// The notifications since the last such step: `NUMBER DATA`, or the number alone where there is no data.
    case told([String])
    /// Something that no document shows.
    case holds(String, @Sendable (HostNetworkingService, Names) -> Bool)
  }

  let action: Action
  let answer: [Answer]
  let file: StaticString
  let line: Int

  init(_ action: Action, _ answer: [Answer], _ line: Int, _ file: StaticString) {
    self.action = action
    self.answer = answer
    self.line = line
    self.file = file
  }
}

/// What must be true of an answer.
enum Answer: Sendable {
  /// The HRESULT; a call without it must succeed.
  case fails(UInt32)
  /// The whole document, byte for byte.
  case answers(String)
  /// No document at all.
  case answersNothing
  /// The document has these members, and in them these; a list has as many elements. `"<any>"` and
  /// `"<guid>"`, `"<mac>"`, `"<address>"` and `"<number>"` stand for any value of their kind.
  case has(String)
  /// There is nothing at these paths.
  case lacks([String])
  /// What stands at a path, byte for byte.
  case at(String, String)
  /// One element of the list at a path has these members.
  case some(String, String)
  /// No element of the list at a path has these members.
  case none(String, String)
  /// The number of elements of the list at a path.
  case count(String, Int)
  /// The names of the members at a path, in order.
  case members(String, [String])
  /// The names of the members at a path begin with these.
  case begins(String, [String])
  /// The members of these names stand at a path in this order, with others between them.
  case ordered(String, [String])
  /// Members stand in the order of their names, at every level.
  case isAlphabetical
  /// Keeps a value for later texts, where `$name` is its text.
  case keeps(String, String)

  static func lacks(_ paths: String...) -> Answer { .lacks(paths) }
}

extension Step {
  /// `HcnCreate*`; the document may state an id, or the caller.
  static func create(
    _ name: String, _ kind: HCNObjectKind, id: String? = nil, on network: String? = nil, _ settings: String,
    _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(.create(kind, id: id, network: network, settings: settings), object: name, kind: kind), answer,
      line, file)
  }

  /// `HcnOpen*`.
  static func open(
    _ object: String, as kind: HCNObjectKind? = nil, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step { Step(.call(.open, object: object, kind: kind), answer, line, file) }

  /// `HcnModify*`.
  static func modify(
    _ object: String, as kind: HCNObjectKind? = nil, _ request: String, _ answer: Answer...,
    line: Int = #line, file: StaticString = #fileID
  ) -> Step { Step(.call(.modify(request), object: object, kind: kind), answer, line, file) }

  /// `HcnQuery*Properties` with a query of schema 2.
  static func show(
    _ object: String, as kind: HCNObjectKind? = nil, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step { Step(.call(.query(schema2), object: object, kind: kind), answer, line, file) }

  /// `HcnQuery*Properties`.
  static func query(
    _ object: String, as kind: HCNObjectKind? = nil, _ query: String?, _ answer: Answer...,
    line: Int = #line, file: StaticString = #fileID
  ) -> Step { Step(.call(.query(query), object: object, kind: kind), answer, line, file) }

  /// `HcnDelete*`.
  static func delete(
    _ object: String, as kind: HCNObjectKind? = nil, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step { Step(.call(.delete, object: object, kind: kind), answer, line, file) }

  /// `HcnEnumerate*s`.
  static func enumerate(
    _ kind: HCNObjectKind, _ query: String? = nil, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step { Step(.call(.enumerate(kind, query), object: nil, kind: nil), answer, line, file) }

  /// `HcnEnumerate*s` with a filter, which stands as text in the query.
  static func find(
    _ kind: HCNObjectKind, _ filter: String, _ answer: Answer..., line: Int = #line,
    file: StaticString = #fileID
  ) -> Step {
    Step(
      .call(.enumerate(kind, #"{"Filter":\#(JSON.string(filter).text())}"#), object: nil, kind: nil), answer,
      line, file)
  }

  /// `HcnQueryEndpointStats`.
  static func stats(
    _ object: String, _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  ) -> Step { Step(.call(.stats, object: object, kind: nil), answer, line, file) }

  /// `HcnQueryEndpointAddresses`.
  static func addresses(
    _ object: String, _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  ) -> Step { Step(.call(.addresses, object: object, kind: nil), answer, line, file) }

  /// `HNSCall`; a name takes the id of the output.
  static func hns(
    _ method: String, _ path: String, _ request: String? = nil, as name: String? = nil,
    _ answer: Answer..., line: Int = #line, file: StaticString = #fileID
  ) -> Step { Step(.call(.hns(method, path, request), object: name, kind: nil), answer, line, file) }

  /// The service fills in what it left open.
  static func settle(_ object: String, line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.call(.settle, object: object, kind: nil), [], line, file)
  }

  /// The service restarts.
  static func restart(line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.call(.restart, object: nil, kind: nil), [], line, file)
  }

  /// The notifications since the last such step.
  static func told(_ notifications: String..., line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.told(notifications), [], line, file)
  }

  /// Something that no document shows.
  static func holds(
    _ what: String, line: Int = #line, file: StaticString = #fileID,
    _ condition: @escaping @Sendable (HostNetworkingService, Names) -> Bool
  ) -> Step { Step(.holds(what, condition), [], line, file) }

  static let schema2 = #"{"SchemaVersion":{"Major":2,"Minor":0}}"#
}
