import Glibc
import HNSEmulator
import HNSService
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// Random calls of every kind on one service, from many threads at once.
@Suite struct ConcurrencyStressTests {
  private static let threads = 8
  private static let callsPerThread = 2_500

  @Test(arguments: [1, 2] as [UInt64]) func manyThreads(_ seed: UInt64) throws {
    print("seed \(seed)")
    let build = try #require(WindowsBuild("ltsc2025"))
    let shared = SharedService(
      HostNetworkingService(
        HostConfiguration(
          build: build, adapters: (0..<5).map { "E\($0)" },
          addresses: ["10.240.0.5"].compactMap { IPAddress($0) }, seed: seed)))
    let log = NotificationLog()
    _ = shared.register { log.append($0) }
    let verdicts = Lock<[String: Verdicts]>([:])
    // What the threads do to each other decides which calls are accepted: they go on until there is one of
    // every kind.
    for round in 0..<20 where round == 0 || !Self.gaps(verdicts.withLock { $0 }).isEmpty {
      try Self.run(seed << 8 | UInt64(round * Self.threads), on: shared, verdicts)
    }

    let service = shared.service
    let order = NotificationOrder(log.notifications)
    #expect(order.problems == [], "seed \(seed)")
    #expect(order.disagreements(with: service) == [], "seed \(seed)")
    #expect(Self.gaps(verdicts.withLock { $0 }) == [], "seed \(seed)")
  }

  /// Lets every thread make its calls, and inspects the service meanwhile and when they are done.
  private static func run(
    _ seed: UInt64, on shared: SharedService, _ verdicts: Lock<[String: Verdicts]>
  ) throws {
    let running = Atomic(threads)
    let threads = (0..<threads).map { index in
      Worker {
        let own = work(shared, seed: seed + UInt64(index))
        verdicts.withLock { $0.merge(own) { $0 + $1 } }
        running.subtract(1, ordering: .releasing)
      }
    }
    var looks = 0
    var isDone = false
    repeat {
      isDone = running.load(ordering: .acquiring) == 0
      let service = shared.service
      let violations = service.invariantViolations()
      #expect(violations == [], "seed \(seed), look \(looks)")
      #expect(try HostNetworkingService(snapshot: service.snapshot) == service, "seed \(seed), look \(looks)")
      looks += 1
      if !violations.isEmpty { break }
    } while !isDone
    for thread in threads { thread.join() }
  }

  /// The functions that were never called, accepted or refused.
  private static func gaps(_ counts: [String: Verdicts]) -> [String] {
    functions.union(counts.keys).sorted().flatMap { function -> [String] in
      guard let counted = counts[function] else { return ["\(function): never called"] }
      let canFail = function != "restart" && !alwaysAnswered.contains(function)
      return (counted.taken > 0 ? [] : ["\(function): never accepted"])
        + (counted.refused > 0 || !canFail ? [] : ["\(function): never refused"])
    }
  }

  private struct Verdicts {
    var taken = 0
    var refused = 0

    static func + (left: Self, right: Self) -> Self {
      Self(taken: left.taken + right.taken, refused: left.refused + right.refused)
    }
  }

  /// The calls of one thread, which listens for notifications from time to time.
  private static func work(_ shared: SharedService, seed: UInt64) -> [String: Verdicts] {
    var calls = RandomServiceCalls(from: SeededGenerator(seed: seed))
    var verdicts: [String: Verdicts] = [:]
    var observers: [UInt64] = []
    let notificationCount = Atomic(0)
    for _ in 0..<callsPerThread {
      if calls.number(20) == 0 {
        observers.append(shared.register { _ in notificationCount.add(1, ordering: .relaxed) })
      } else if calls.number(20) == 0, let observer = observers.popLast() {
        shared.unregister(observer)
      }
      let call = calls.next()
      let reply = shared.perform(call)
      let isTaken = reply.error == nil && reply.result?["Success"] != false
      if isTaken {
        verdicts[name(of: call), default: Verdicts()].taken += 1
      } else {
        verdicts[name(of: call), default: Verdicts()].refused += 1
      }
    }
    for observer in observers { shared.unregister(observer) }
    return verdicts
  }

  /// The key for counting outcomes: the function, and for `HNSCall` the method, the object and the action.
  private static func name(of call: ServiceCall) -> String {
    guard case .hns(let method, let path, _) = call else { return call.function }
    let parts = path.split(separator: "/")
    let action = parts.count > 2 ? " \(parts[2])" : parts.count > 1 ? " one" : ""
    return "\(method) \(parts.first ?? "")\(action)"
  }

  private static let functions: Set<String> = [
    "HcnEnumerateNetworks", "HcnEnumerateEndpoints", "HcnEnumerateNamespaces", "HcnEnumerateLoadBalancers",
    "HcnEnumerateSdnRoutes", "HcnCreateNetwork", "HcnCreateEndpoint", "HcnCreateNamespace",
    "HcnCreateLoadBalancer", "HcnCreateSdnRoute", "HcnOpenNetwork", "HcnOpenEndpoint", "HcnOpenNamespace",
    "HcnOpenLoadBalancer", "HcnOpenSdnRoute", "HcnModifyNetwork", "HcnModifyEndpoint", "HcnModifyNamespace",
    "HcnModifyLoadBalancer", "HcnModifySdnRoute", "HcnQueryNetworkProperties", "HcnQueryEndpointProperties",
    "HcnQueryNamespaceProperties", "HcnQueryLoadBalancerProperties", "HcnQuerySdnRouteProperties",
    "HcnDeleteNetwork", "HcnDeleteEndpoint", "HcnDeleteNamespace", "HcnDeleteLoadBalancer",
    "HcnDeleteSdnRoute", "HcnQueryEndpointStats", "HcnQueryEndpointAddresses", "settle", "restart",
    "HcnCreateGuestNetworkService", "HcnModifyGuestNetworkService", "HcnDeleteGuestNetworkService",
    "POST endpoints attach", "POST endpoints detach", "POST endpoints one", "DELETE endpoints one",
  ]

  /// Lists of HNS v1, which are never refused.
  private static let alwaysAnswered: Set<String> = [
    "GET networks", "GET endpoints", "GET policylists", "GET namespaces",
  ]
}

/// A thread that runs one closure.
private struct Worker {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t

  init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    precondition(status == 0, "no thread could be started")
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}
