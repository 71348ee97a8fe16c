import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes

/// Calls of both interfaces; a refused call changes nothing, and the service stays consistent after every
/// call.
///
/// If the first byte is not ASCII, the input chooses random calls. Otherwise it is lines: a Windows version,
/// and then `GET PATH JSON`, `POST PATH JSON`, `DELETE PATH JSON` and `PUT PATH JSON` for HNSCall;
/// `create KIND ID NETWORK JSON`, `modify KIND ID JSON`, `query KIND ID JSON`, `list KIND JSON` and
/// `delete KIND ID` for HCN; `settle ID`, which assigns a network its management IP; and `restart`, which
/// restarts the service.
func fuzzCalls(_ input: [UInt8]) {
  guard let first = input.first else { return }
  if first < 0x80 {
    let lines = input.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    var service = service(WindowsBuild(lines.first ?? "") ?? .standard)
    for line in lines.dropFirst() {
      if let call = call(line) { perform(call, on: &service) }
    }
    return check(service)
  }
  let builds = ["ltsc2022", "ltsc2019", "1709", "ltsc2025", "1703"]
  var service = service(WindowsBuild(builds[Int(first) % builds.count]) ?? .standard)
  var calls = RandomServiceCalls(from: InputNumbers(input.dropFirst()))
  while !calls.numbers.isExhausted { perform(calls.next(), on: &service) }
  check(service)
}

private func service(_ build: WindowsBuild) -> HostNetworkingService {
  HostNetworkingService(
    HostConfiguration(
      build: build, adapters: ["E1", "E2", "E3"], addresses: [IPAddress("10.240.0.5")].compactMap { $0 },
      seed: 7))
}

private func perform(_ call: ServiceCall, on service: inout HostNetworkingService) {
  let before = service
  let reply = service.perform(call)
  if reply.isRefusal || !call.isMutating {
    require(service == before, "\(call) changed the service and answered \(reply)")
  }
  let violations = service.invariantViolations()
  require(violations.isEmpty, "after \(call): \(violations)")
}

/// The call that a line stands for.
private func call(_ line: String) -> ServiceCall? {
  let words = line.split(separator: " ", maxSplits: 1)
  guard let verb = words.first else { return nil }
  var rest = words.dropFirst().first ?? ""
  func word() -> String {
    let word = rest.prefix { $0 != " " }
    rest = rest[word.endIndex...].drop { $0 == " " }
    return String(word)
  }
  func document() -> JSON? { try? JSON(parsing: String(rest)) }
  func kind() -> HCNObjectKind {
    switch word() {
    case "network": .network
    case "endpoint": .endpoint
    case "namespace": .namespace
    case "loadBalancer": .loadBalancer
    case "route": .route
    default: .guestNetworkService
    }
  }
  /// A GUID, or the last digits of one.
  func id() -> GUID {
    let text = word()
    return GUID(text) ?? GUID(UInt128(text, radix: 16) ?? 0)
  }
  switch verb {
  case "GET", "POST", "DELETE", "PUT":
    return .hns(method: String(verb), path: word(), request: document())
  case "create": return .create(kind(), id: id(), network: id(), settings: document() ?? .null)
  case "modify": return .modify(kind(), id(), settings: document() ?? .null)
  case "query": return .query(kind(), id(), query: document())
  case "list": return .enumerate(kind(), query: document())
  case "delete": return .delete(kind(), id())
  case "settle": return .assignManagementIP(network: id())
  case "restart": return .restart
  default: return nil
  }
}
