import HNSEmulator
import HNSServer
import HNSService
import HostModel
import JSONText
import NetworkTypes
import NIOCore
import Testing

/// A running server with its service, closed after the value's last use in a test.
final class RunningServer {
  let server: HTTPServer
  let service: SharedService
  private var isClosed = false

  init(
    _ host: HostConfiguration = HostConfiguration(adapters: ["Ethernet"]), token: String? = nil,
    latency: [String] = [], faults: [String] = [],
    _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    service = SharedService(HostNetworkingService(host))
    var configuration = ServerConfiguration(port: 0, token: token, version: "1.2.3")
    configuration.limits.shutdownTimeout = .seconds(30)
    change(&configuration)
    let faultInjection = FaultInjection(latency: try LatencyPlan(latency), faults: try FaultPlan(faults))
    server = try HTTPServer(configuration, service: service, faultInjection: faultInjection)
  }

  deinit { close() }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    server.close()
  }

  func client(receiveBuffer: Int32? = nil) throws -> HTTPClient {
    let client = try HTTPClient(port: server.port, receiveBuffer: receiveBuffer)
    client.owner = self
    return client
  }

  /// Checks that the service answers a new client normally.
  func expectHealthy(_ location: SourceLocation = #_sourceLocation) throws {
    let client = try client()
    #expect(try client.request("GET", "/health").status == 200, sourceLocation: location)
    let id = "11111111-2222-3333-4444-\(String(twelveHexDigits: UInt64.random(in: 0..<1 << 40)))"
    let created = try client.request("POST", "/hcn/HcnCreateNamespace?id=\(id)", body: "{}")
    #expect(created.status == 200, "\(created.text)", sourceLocation: location)
    #expect(
      try client.request("POST", "/hcn/HcnDeleteNamespace?id=\(id)").status == 200, sourceLocation: location)
  }

  static let network = """
    {"Name":"podnet","Type":"L2Bridge","SchemaVersion":{"Major":2,"Minor":0},"Ipams":[{"Type":"Static",\
    "Subnets":[{"IpAddressPrefix":"10.1.0.0/16","Routes":[{"NextHop":"10.1.0.1",\
    "DestinationPrefix":"0.0.0.0/0"}]}]}]}
    """
  static let networkID = "AAAAAAAA-0000-0000-0000-000000000001"
  static let endpointID = "bbbbbbbb-0000-0000-0000-000000000002"
  static let missingID = "cccccccc-0000-0000-0000-000000000003"
  static let schema2Query = #"{"SchemaVersion":{"Major":2,"Minor":0}}"#
}

extension String {
  /// Twelve hexadecimal digits.
  fileprivate init(twelveHexDigits value: UInt64) {
    let digits = String(value, radix: 16)
    self = String(repeating: "0", count: 12 - digits.count) + digits
  }
}
