package import FilterEngine
package import NetworkTypes

/// What becomes of the packets of one service from one party to another.
package struct MatrixCell: Hashable, Sendable {
  /// Packets that get one verdict by one rule; nil stands for all the cell has.
  package struct Part: Hashable, Sendable {
    /// The verdict.
    package var verdict: Verdict
    /// The rule that decided; nil where nothing filters.
    package var rule: String?
    /// The senders among those of the party.
    package var from: AddressSet?
    /// The receivers among those of the party.
    package var to: AddressSet?
    /// The ports among those of the service.
    package var ports: PortSet?
  }

  /// Why there is nothing to judge.
  package enum Absence: String, Hashable, Sendable {
    /// Both ends are in one compartment, where nothing is filtered.
    case sameCompartment
    /// The two ends have no address family in common that carries the protocol.
    case noCommonFamily
    /// Neither end is on the host.
    case notOnHost
    /// An end has no open compartment, so that no rules of it act yet.
    case notAttached
    /// The host sends, and no address of it is known.
    case unknownHostAddress
    /// Several endpoints hold the address.
    case ambiguousAddress
  }

  /// The verdict on a whole cell.
  package enum Summary: String, Hashable, Sendable, CaseIterable {
    case allow, block, unknown, some, none
  }

  /// The parts, none of which share a packet; empty where there is nothing to judge.
  package var parts: [Part]
  /// Why there is nothing to judge.
  package var absence: Absence?

  /// The cell of two ends in one compartment.
  package static let sameCompartment = MatrixCell(.sameCompartment)

  init(parts: [Part]) { self.parts = parts }

  init(_ absence: Absence) {
    parts = []
    self.absence = absence
  }

  /// The verdict on the whole; `some` where parts differ.
  package var summary: Summary {
    guard let first = parts.first else { return .none }
    guard parts.allSatisfy({ $0.verdict == first.verdict }) else { return .some }
    switch first.verdict {
    case .allow: return .allow
    case .block: return .block
    case .unknown: return .unknown
    }
  }

  /// The rule that decided for all of it; nil where several did or nothing filters.
  package var rule: String? {
    guard let first = parts.first, parts.allSatisfy({ $0.rule == first.rule }) else { return nil }
    return first.rule
  }
}
