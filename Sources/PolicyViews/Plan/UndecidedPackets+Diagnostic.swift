package import Diagnostics
import HostModel
package import JSONText
import NetworkTypes
import PacketSpace
package import PolicyPlan

extension UndecidedPackets {
  /// Adds the packets of which nothing is known to the document of a comparison; nothing if there are none.
  ///
  /// - Parameters:
  ///   - undecided: The packets.
  ///   - object: The document.
  package static func append(_ undecided: [UndecidedPackets], to object: inout JSONObject) {
    guard !undecided.isEmpty else { return }
    object.append(
      "undecided",
      .array(
        undecided.map {
          [
            "endpoint": .string($0.endpoint), "direction": .string($0.direction.rawValue),
            "reason": .string($0.reason),
          ]
        }))
  }

  /// That the changes are not known, and why.
  ///
  /// - Parameters:
  ///   - file: The file that was compared.
  ///   - help: How to compare within the budget.
  package func diagnostic(file: String, help: String = "raise --budget") -> Diagnostic {
    let packets = "\(printable(endpoint)), \(direction == .in ? "inbound" : "outbound"),"
    if let boxes = self.packets, let because = gap?.description(endpoint) ?? unknownBecause {
      let text = PacketFormatter(direction: direction).text(PacketRegion(boxes))
      return Diagnostic(
        .unknownInSource,
        "it is unknown whether the verdict changes for \(packets) \(text): \(printable(because))",
        file: file, help: gap?.help)
    }
    let start = "the changes for \(packets) are unknown: "
    if let gap {
      return Diagnostic(
        .unknownInSource, start + gap.description(printable(endpoint)), file: file, help: gap.help)
    }
    guard unknownBecause == nil else {
      return Diagnostic(.unknownInSource, start + printable(reason), file: file)
    }
    return Diagnostic(.undecidedWithinBudget, start + reason, file: file, help: help)
  }
}
