package import Diagnostics
import HostModel
import NetworkTypes
import PacketSpace
package import PolicyPlan

extension UndecidedPackets {
  /// That the changes are not known, and why.
  ///
  /// - Parameters:
  ///   - file: The file that was compared.
  ///   - help: How to compare within the budget.
  package func diagnostic(file: String, help: String = "raise --budget") -> Diagnostic {
    let packets = "\(printable(endpoint)), \(direction == .in ? "inbound" : "outbound"),"
    if let boxes = self.packets, let unknownBecause {
      let text = PacketFormatter(direction: direction).text(PacketRegion(boxes))
      return Diagnostic(
        .unknownInSource,
        "it is unknown whether the verdict changes for \(packets) \(text): \(printable(unknownBecause))",
        file: file)
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
