package import Diagnostics
package import HostModel
package import JSONText
package import NetworkTypes
import PolicyPlan
import HNSEmulator

/// The interface of HNS that exported requests use.
package enum ExportTarget: Sendable, Hashable {
  /// The functions of computenetwork.dll, with documents of schema 2 (reference: hns, 3).
  case hcn
  /// `HNSCall` of vmcompute.dll, with documents of schema 1 (reference: hns, 4).
  case hnsV1

  /// The interface to use on a build: HCN v2 where it exists.
  ///
  /// - Parameter build: The build of the host.
  package init(for build: WindowsBuild) { self = build.hnsVersion.has(.apiV2) ? .hcn : .hnsV1 }
}

extension ExportTarget {
  /// The requests that perform a step.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - version: The version of the service.
  func requests(for step: ExportStep, on version: HNSVersion) throws(NotExportable) -> [ExportedRequest] {
    switch self {
    case .hcn: [step.hcnRequest]
    case .hnsV1: try V1Requests(version: version).requests(for: step)
    }
  }
}

/// A request for a node.
package struct ExportedRequest: Hashable, Sendable {
  package let method: String
  /// The path: of `hnsctl serve` for HCN v2, and of `HNSCall` for v1.
  package let path: String
  /// The document; nil for a request without one.
  package let body: JSON?
  /// The function of the library, such as `HcnCreateEndpoint` or `HNSCall`.
  package let function: String
  /// The object.
  package let id: GUID
  /// The network of a new endpoint, which `HcnCreateEndpoint` takes as a handle.
  package let network: GUID?

  /// The request as written in a list of requests.
  package var document: JSON {
    [
      "method": .string(method), "path": .string(path), "body": body ?? .null, "function": .string(function),
      "id": .string(id.uppercase),
    ]
  }
}

/// Why a plan cannot be exported for a target.
package struct NotExportable: Error, Hashable, Sendable {
  /// What cannot be expressed: one sentence in lower case without a full stop.
  package let reason: String
}

extension PlannedCalls {
  /// The requests that perform the calls through an interface, in order.
  ///
  /// - Parameters:
  ///   - target: The interface.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The requests, or nil if a call cannot be expressed; and the reasons.
  package func requests(for target: ExportTarget, file: String?) -> ([ExportedRequest]?, [Diagnostic]) {
    let build = start.configuration.build
    guard target == .hnsV1 || build.hnsVersion.has(.apiV2) else {
      return (
        nil,
        [
          Diagnostic(
            .exportUnavailable,
            "Windows \(build) has HNS \(build.hnsVersion), and HCN v2 requires 9.2 (Windows 1809)",
            file: file,
            help: "use --format hns-v1")
        ]
      )
    }
    var requests: [ExportedRequest] = []
    var diagnostics: [Diagnostic] = []
    for step in self.requests {
      do { requests += try target.requests(for: step, on: build.hnsVersion) } catch {
        diagnostics.append(
          Diagnostic(
            .exportNotExpressible, "\(step.operation.summary): \(error.reason)", file: file,
            help: build.hnsVersion.has(.apiV2)
              ? "use --format hcn, or leave it out of the profile" : "leave it out of the profile"))
      }
    }
    return (diagnostics.isEmpty ? requests : nil, diagnostics)
  }

  /// A note about the containers that no request starts or stops; nil if there are none.
  ///
  /// - Parameter file: The profile's file, for diagnostics.
  package func containersNote(file: String?) -> Diagnostic? {
    let (stopped, started) = containers
    let parts = [
      stopped.isEmpty ? nil : "stop \(Listing.text(stopped, limit: 10)) before the requests",
      started.isEmpty ? nil : "start \(Listing.text(started, limit: 10)) after them",
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return Diagnostic(
      .containersNotExported,
      "no request starts or stops containers: the container runtime must \(parts.joined(separator: ", and "))",
      file: file)
  }
}

extension ExportStep {
  /// The call as a function of computenetwork.dll, with the path and body of `hnsctl serve`.
  var hcnRequest: ExportedRequest {
    let request = operation.request
    let verb =
      switch request.verb {
      case .create: "Create"
      case .modify: "Modify"
      case .delete: "Delete"
      }
    let function = "Hcn\(verb)\(operation.kind.functionName)"
    let network = request.network.map { "&network=\($0.uppercase)" } ?? ""
    return ExportedRequest(
      method: "POST", path: "/hcn/\(function)?id=\(operation.id.uppercase)\(network)", body: request.settings,
      function: function, id: operation.id, network: request.network)
  }
}
