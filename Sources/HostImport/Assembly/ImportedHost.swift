package import HNSEmulator
package import HostModel
package import NetworkTypes

/// A host that was taken over from a capture.
package struct ImportedHost: Sendable {
  /// The host; its gaps say what is not known.
  package var service: HostNetworkingService
  /// How the build of Windows is known.
  package var buildSource: BuildSource
  /// What the documents do not contain and the emulated host has all the same, in words; no verdict depends on it.
  package var madeUp: [String]
  /// How often each form was read, by its title.
  package var forms: [String: Int]

  /// How the build of Windows is known.
  package enum BuildSource: Hashable, Sendable {
    /// The user specified it.
    case option
    /// A source states it.
    case source(CapturePlace)
    /// It was inferred from the version of the service.
    case inferred(HNSVersion)
  }
}

extension HostGaps {
  /// The gaps with the number of endpoints that each affects, in the order of the kinds.
  package var summary: [(gap: EndpointGap, endpoints: [GUID])] {
    var byGap: [EndpointGap: [GUID]] = [:]
    for (id, gaps) in endpoints {
      for gap in gaps { byGap[gap, default: []].append(id) }
    }
    return byGap.map { ($0.key, $0.value.sorted()) }.sorted {
      ($0.gap.kind.rawValue, $0.gap.subject, $0.gap.reason) < (
        $1.gap.kind.rawValue, $1.gap.subject, $1.gap.reason
      )
    }
  }
}
