import HNSEmulator
import HNSService
import HostModel
import JSONText
import NIOPosix
import Synchronization

/// What the connections of a server share.
final class ServerContext: Sendable {
  let service: SharedService
  let faultInjection: FaultInjection
  let version: String
  let limits: ServerLimits
  let log: RequestLog?
  let authorizer: RequestAuthorizer
  let router = Router()
  let budget: MemoryBudget
  let registry: ConnectionRegistry
  /// The threads for long work, so that other connections do not wait for it.
  let pool: NIOThreadPool
  /// The thread for the first parts of long answers, so that a short list does not wait for long ones.
  let firstParts: NIOThreadPool
  let description: ServerResponse
  let streams = Atomic<Int>(0)

  init(
    _ configuration: ServerConfiguration, service: SharedService, faultInjection: FaultInjection,
    pool: NIOThreadPool, firstParts: NIOThreadPool
  ) {
    self.service = service
    self.faultInjection = faultInjection
    self.pool = pool
    self.firstParts = firstParts
    version = configuration.version
    limits = configuration.limits
    log = configuration.log
    authorizer = RequestAuthorizer(address: configuration.address, token: configuration.token)
    budget = MemoryBudget(configuration.limits.memory)
    registry = ConnectionRegistry(limit: configuration.limits.connections)
    description = .document(OpenAPIDocument.document(version: configuration.version))
  }

  /// The health document.
  var health: JSON {
    let kinds: [(name: String, kind: HCNObjectKind)] = [
      ("networks", .network), ("endpoints", .endpoint), ("namespaces", .namespace),
      ("loadBalancers", .loadBalancer), ("routes", .route),
    ]
    let (build, counts) = service.inspect { service in
      (service.configuration.build, kinds.map { JSON.number(service.count(of: $0.kind)) })
    }
    var document: JSONObject = [
      "status": "ok", "hnsctl": .string(version), "windows": .string(build.release.names[0]),
      "build": .integer(Int64(build.build)), "hns": .string(build.hnsVersion.description),
      "objects": .object(JSONObject(zip(kinds, counts).map { .init($0.name, $1) })),
    ]
    if let log { document["log"] = ["dropped": .integer(Int64(log.dropped))] }
    return .object(document)
  }
}
