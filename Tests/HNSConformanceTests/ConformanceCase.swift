import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A behavior of HNS: calls in order with their expected answers, and the row of `hns.md` that documents it.
///
/// Documents are the texts that a client sends and receives. `$name` in a text is the id of the object that a
/// step named `name`, in lower case; `$NAME` is the same id in upper case.
struct ConformanceCase: Sendable {
  /// The row: the section, and a short name of the row in it.
  let row: String
  /// The part of the row that the case tests; begins with `chosen:` if `hns.md` leaves it open.
  let detail: String
  /// The Windows releases it is tested on.
  let windows: [String]
  let assumptions: [Assumption: String]
  /// The adapters of the host; empty if unknown.
  let adapters: [String]
  /// The DNS servers of the host, which has the suffix `corp.example` if it has any.
  let dns: [String]
  /// The ports on which processes of the host listen.
  let listens: [String]
  let steps: [Step]

  init(
    _ row: String, _ detail: String = "", on windows: [String] = ["ltsc2022"],
    assumptions: [Assumption: String] = [:], adapters: [String] = [], dns: [String] = [],
    listens: [String] = [], _ steps: [Step]
  ) {
    self.row = row
    self.detail = detail
    self.windows = windows
    self.assumptions = assumptions
    self.adapters = adapters
    self.dns = dns
    self.listens = listens
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

/// A row without a case, and why.
struct NotCovered: Sendable {
  let row: String
  let reason: String

  init(_ row: String, _ reason: String) {
    self.row = row
    self.reason = reason
  }
}

/// The Windows releases of the suite.
enum Releases {
  static let all = ["1607", "1709", "1803", "ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"]
  /// The releases with the functions of computenetwork.dll.
  static let withHCN = ["ltsc2019", "1903", "2004", "ltsc2022", "ltsc2025"]
  static let withoutHCN = ["1607", "1709", "1803"]
}

/// The call of a step.
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
  case assignManagementIP
  case restart
}

/// A call with its expected answer, or another check.
struct Step: Sendable {
  enum Action: Sendable {
    /// A call for the named object.
    case call(Request, object: String?, kind: HCNObjectKind?)
    /// The notifications since the last such step: `NUMBER DATA`, or the number alone where there is no data.
    case notified([String])
    /// A property that is not in any document.
    case check(String, @Sendable (HostNetworkingService, Names) -> Bool)
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

/// An expectation on an answer.
enum Answer: Sendable {
  /// The HRESULT; a call without it must succeed.
  case fails(UInt32)
  /// The whole document, byte for byte.
  case answers(String)
  /// No document at all.
  case answersNothing
  /// The document has these members, and in them these; a list has as many elements, and ids are compared in any
  /// case. `"<any>"` and
  /// `"<guid>"`, `"<mac>"`, `"<address>"` and `"<number>"` stand for any value of their kind.
  case has(String)
  /// These paths do not exist.
  case lacks([String])
  /// The value at a path, byte for byte.
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
  /// The members with these names are in this order at a path, possibly with others in between.
  case ordered(String, [String])
  /// Members are in alphabetical order, at every level.
  case isAlphabetical
  /// Keeps a value for later texts, where `$name` is its text.
  case keeps(String, String)

  static func lacks(_ paths: String...) -> Answer { .lacks(paths) }
}

extension Step {
  /// `HcnCreate*`; the id may be given in the document or by the caller.
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

  /// `HcnEnumerate*s` with a filter, which is a text in the query.
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

  /// The service assigns the values it adds later.
  static func assignManagementIP(_ object: String, line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.call(.assignManagementIP, object: object, kind: nil), [], line, file)
  }

  /// The service restarts.
  static func restart(line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.call(.restart, object: nil, kind: nil), [], line, file)
  }

  /// The notifications since the last such step.
  static func notified(_ notifications: String..., line: Int = #line, file: StaticString = #fileID) -> Step {
    Step(.notified(notifications), [], line, file)
  }

  /// A property that is not in any document.
  static func check(
    _ what: String, line: Int = #line, file: StaticString = #fileID,
    _ condition: @escaping @Sendable (HostNetworkingService, Names) -> Bool
  ) -> Step { Step(.check(what, condition), [], line, file) }

  static let schema2 = #"{"SchemaVersion":{"Major":2,"Minor":0}}"#
}
