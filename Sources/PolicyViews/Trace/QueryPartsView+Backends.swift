import FilterEngine
import HostModel
import JSONText
import NetworkTypes

extension QueryPartsView {
  /// How many backends with equal answers are listed.
  private static let backendLimit = 4

  /// The backends of a part by their answers; none if the line of the part says it all.
  func backends(_ part: QueryPart) -> [String] {
    struct Answer: Hashable {
      var verdict: Verdict
      var rule: String?
      var reason: UnknownReason?
    }
    var order: [Answer] = []
    var names: [Answer: [String]] = [:]
    for backend in part.backends {
      let answer = Answer(verdict: backend.verdict, rule: backend.rule, reason: backend.reason)
      if names[answer] == nil { order.append(answer) }
      let name = printable(topology.endpoints[backend.endpoint].name)
      names[answer, default: []].append(
        "\(name) (\(TraceView.text(backend.address, backend.port, of: .endpoint(backend.endpoint))))")
    }
    guard order.count > 1 || order.contains(where: { $0.reason != nil }) else { return [] }
    return order.map { answer in
      let rule = answer.rule.map { " by \(printable($0))" } ?? ""
      let reason = answer.rule == nil ? answer.reason.map { "; \(printable($0.description))" } ?? "" : ""
      let verdict = style(TraceView.color(answer.verdict), TraceView.text(answer.verdict))
      return "    \(Listing.text(names[answer] ?? [], limit: Self.backendLimit)): \(verdict)\(rule)\(reason)"
    }
  }

  /// The notes on packets to services, each once; what has not started is summed up elsewhere.
  func notes(_ parts: [QueryPart]) -> [RouteNote] {
    var seen: Set<RouteNote> = []
    return parts.flatMap(\.notes).filter { note in
      if case .containerNotStarted = note { return false }
      return seen.insert(note).inserted
    }
  }

  /// A backend as in the trace of one packet, without steps.
  func document(_ backend: BackendPart) -> JSON {
    var object = JSONObject(
      backend: topology.endpoints[backend.endpoint].name, backend.address, port: backend.port,
      backend.verdict,
      backend.reason, rule: backend.rule)
    object.append(notes: backend.notes)
    return .object(object)
  }
}
