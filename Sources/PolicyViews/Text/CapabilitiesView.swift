import HostModel
package import JSONText
package import PolicyCompiler

/// The driver and isolation table of a Windows build.
package struct CapabilitiesView: Sendable {
  private let style: Style

  package init(style: Style) { self.style = style }

  package func lines(_ capabilities: Capabilities) -> [String] {
    let build = capabilities.build
    var lines = [
      style(.bold, build.summary)
        + (build.release.versionIsAssumed ? " (assumed)" : "")
        + (build.isListed ? "" : "; treated as \(build.release.names[0])"),
      "", style(.bold, "Where port ACLs can be changed, and the defaults without them"),
    ]
    var rows = [["driver", "isolation", "port ACLs", "inbound default", "outbound", "publish", "families"]]
    for cell in capabilities.cells {
      rows.append([
        cell.platform.driver.rawValue, cell.platform.isolation.rawValue, Self.points(cell),
        cell.inboundDefault, cell.outboundDefault, cell.publishing, cell.families.joined(separator: ", "),
      ])
    }
    lines += columns(rows, indent: "  ", width: style.width)
    lines += ["", "X: the defaults cannot be changed; ACLs and defaults are refused (acl-not-programmable)."]
    lines += ["", style(.bold, "Sources")]
    for cell in capabilities.cells {
      let platform = "\(cell.platform.driver.rawValue), \(cell.platform.isolation.rawValue)"
      lines.append("  \(platform): \(cell.sources.joined(separator: "; "))")
    }
    lines += ["", style(.bold, "Features of HNS \(build.hnsVersion) (hns 5.1)")]
    lines += columns(
      capabilities.features.map { [$0.feature.rawValue, $0.isAvailable ? "yes" : "no"] }, indent: "  ",
      width: style.width)
    lines += ["", style(.bold, "Assumptions: choices where the documentation is silent or contradictory")]
    for key in Assumption.allCases {
      lines.append("  \(key.name)=\(capabilities.assumptions[key]): \(key.summary) (\(key.source))")
      for value in key.values { lines.append("      \(value.value): \(value.meaning)") }
    }
    return lines
  }

  private static func points(_ cell: Capabilities.Cell) -> String {
    guard !cell.programmablePoints.isEmpty else { return "X" }
    let titles = cell.programmablePoints.map(\.title).joined(separator: " and ")
    return cell.enforcesACLs ? titles : "\(titles) (stored, not enforced on this build)"
  }

  package static func document(_ capabilities: Capabilities) -> JSON {
    let build = capabilities.build
    let assumptions = JSON.array(
      Assumption.allCases.map { key in
        [
          "name": .string(key.name), "value": .string(capabilities.assumptions[key]),
          "summary": .string(key.summary), "source": .string(key.source),
          "values": .array(key.values.map { ["value": .string($0.value), "meaning": .string($0.meaning)] }),
        ]
      })
    return [
      "formatVersion": 1,
      "host": [
        "windows": .string(build.description), "build": .number(build.build),
        "hnsVersion": .string(build.hnsVersion.description),
      ],
      "cells": .array(
        capabilities.cells.map { cell in
          [
            "driver": .string(cell.platform.driver.rawValue),
            "isolation": .string(cell.platform.isolation.rawValue),
            "enforcement": .strings(cell.programmablePoints.map(\.rawValue)),
            "enforced": .bool(cell.enforcesACLs),
            "inboundDefault": .string(cell.inboundDefault), "outboundDefault": .string(cell.outboundDefault),
            "publish": .string(cell.publishing), "families": .strings(cell.families),
            "sources": .strings(cell.sources),
          ]
        }),
      "features": .object(
        JSONObject(capabilities.features.map { .init($0.feature.rawValue, .bool($0.isAvailable)) })),
      "assumptions": assumptions,
      // The former key of "assumptions", kept for existing readers.
      "switches": assumptions,
    ]
  }
}
