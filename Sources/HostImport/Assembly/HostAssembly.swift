package import Diagnostics
import HNSEmulator
package import HostModel
import JSONText
import NetworkTypes

/// Builds the host that the sources describe.
///
/// Everything that depends on what the sources lack becomes a gap, and what the emulated service does not take is
/// kept and reported.
package struct HostAssembly {
  private(set) var captured: CapturedHost
  private(set) var diagnostics: [Diagnostic] = []
  var gaps: HostGaps
  /// The host's own firewall; nil if no source holds its rules.
  let firewall: CapturedFirewall?
  var madeUp: [String] = []
  /// What is not known of networks, and therefore of their endpoints.
  var networkGaps: [GUID: [EndpointGap]] = [:]
  /// Members of load balancers with different values in two documents.
  var contradictions: [GUID: String] = [:]
  /// The documents of objects, by kind and id, each with the place of the first.
  private(set) var objects: [CapturedObject] = []
  /// Where endpoints are among the objects.
  private var endpointPositions: [GUID: Int] = [:]
  /// What sources say about compartments beside the documents.
  let compartments: ListedCompartments
  /// The policies of objects that were not taken over.
  var refusedPolicies = RefusedPolicies()

  /// Builds a host.
  ///
  /// - Parameters:
  ///   - captured: What the sources say.
  ///   - windows: The build of Windows, if the user specified one.
  /// - Returns: The host, or nil after errors; and what was found on the way.
  package static func assemble(
    _ captured: consuming CapturedHost, windows: WindowsBuild? = nil
  ) -> (host: ImportedHost?, diagnostics: [Diagnostic]) {
    var assembly = HostAssembly(captured)
    let host = assembly.run(windows)
    return (host, assembly.diagnostics)
  }

  private init(_ captured: consuming CapturedHost) {
    compartments = ListedCompartments(captured.compartments, captured.facts.interfaces)
    firewall = captured.firewall.firewall
    let isPartial = captured.firewall.hasUnreadRules
    gaps = HostGaps(
      firewall: firewall == nil ? .rules : isPartial ? .unreadRules : nil, unread: captured.unread)
    self.captured = captured
  }

  private mutating func run(_ windows: WindowsBuild?) -> ImportedHost? {
    objects = mergedObjects()
    for (position, object) in objects.enumerated() where object.kind == .endpoint {
      endpointPositions[object.id] = position
    }
    findContradictions()
    guard checkOneHost() else { return nil }
    guard let (build, source) = build(windows) else { return nil }
    guard objects.contains(where: { $0.kind == .network }) else {
      report(
        .captureEmpty, "the capture contains no network",
        at: captured.documents.first?.place ?? captured.listed.first?.place,
        help: captured.listed.isEmpty
          ? "add the output of Get-HnsNetwork to the capture"
          : "add the output of `hnsdiag list all -d`, because its tables have no more than ids and names")
      return nil
    }
    var service = HostNetworkingService(configuration(build, firewall))
    captured.forgetParts()
    for object in objects where object.kind == .network { adopt(network: object, on: &service) }
    for position in objects.indices where objects[position].kind == .endpoint {
      adopt(endpoint: objects[position], on: &service)
      objects[position].forgetPolicies()
    }
    adoptNamespaces(on: &service)
    for object in objects where object.kind == .loadBalancer { adopt(loadBalancer: object, on: &service) }
    noteListed(on: service)
    reportRefusedPolicies()
    compareVFPRules(with: &service)
    service.finishAdoption(gaps)
    return ImportedHost(service: service, buildSource: source, madeUp: madeUp, forms: captured.forms)
  }

  /// Notes the objects that tables list and of which there is no document.
  private mutating func noteListed(on service: HostNetworkingService) {
    var known = Set(objects.map(\.id))
    for object in captured.listed where known.insert(object.id).inserted {
      let reason = "the source lists it without its document"
      let kind: MissingObject.Kind
      switch object.kind {
      case .endpoint: kind = .endpoint
      case .loadBalancer: kind = .loadBalancer
      // What a network or a namespace does depends on the endpoints in it.
      case .network, .namespace: continue
      }
      var addresses = object.addresses
      // Without an address of its own a load balancer takes packets to those of the host.
      if kind == .loadBalancer, addresses.isEmpty { addresses = service.configuration.addresses }
      let missing = MissingObject(
        kind, id: object.id, name: object.name, addresses: addresses, reason: reason)
      gaps.missing.append(missing)
      let title = kind == .endpoint ? "endpoint" : "load balancer"
      report(
        .captureUnread, "the \(title) \(object.id.lowercase) was not taken over: \(reason)",
        at: object.place)
    }
  }

  /// The documents of an endpoint; nil if there are none.
  func endpoint(_ id: GUID) -> CapturedObject? { endpointPositions[id].map { objects[$0] } }

  // MARK: Reports

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at place: CapturePlace?, notes: [Diagnostic.Note] = [],
    help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        code, message, file: place?.file,
        at: place.map { SourceRange(line: UInt32(clamping: $0.line), column: UInt32(clamping: $0.column)) },
        notes: notes, help: help))
  }

  /// Keeps the document of an object that the emulated service does not take.
  mutating func keep(_ object: CapturedObject, because reason: String) {
    let name = object.name.isEmpty ? object.id.lowercase : "'\(object.name)'"
    let message = "the \(object.title) \(name) was not taken over: \(reason)"
    report(.captureUnread, message, at: object.place)
    gaps.unread.append(
      UnreadPart(place: "\(object.place)", reason: message, text: object.document.text()))
  }

  /// The capture on a command line.
  private var source: String { captured.files.count == 1 ? captured.files[0] : "SOURCE..." }

  // MARK: The build

  /// The build of Windows, and how it is known; nil after an error.
  private mutating func build(_ windows: WindowsBuild?) -> (WindowsBuild, ImportedHost.BuildSource)? {
    var result: (WindowsBuild, ImportedHost.BuildSource)?
    if let windows {
      result = (windows, .option)
      noteOtherBuild(than: windows)
    } else if let stated = captured.builds.first {
      result = (stated.value, .source(stated.place))
    } else if let version = captured.versions.first {
      let release = Self.release(of: version.value)
      result = (WindowsBuild(build: release.build), .inferred(version.value))
      report(
        .captureBuildInferred,
        "the capture does not state the build of Windows; HNS \(version.value) is that of \(release.names[0])",
        at: version.place,
        help:
          "if the host runs another build, `hnsctl import \(source) --windows NAME --state FILE` makes a state of "
          + "it")
    } else {
      report(
        .captureWithoutBuild, "the capture does not state the build of Windows or the version of HNS",
        at: captured.documents.first?.place,
        help: "make a state of it with the build: `hnsctl import \(source) --windows ltsc2022 --state FILE`")
    }
    if let (build, _) = result, !build.isListed {
      report(
        .captureBuildUnlisted,
        "Windows build \(build) is not listed; the host is treated like \(build.release.names[0])",
        at: captured.builds.first?.place)
    }
    return result
  }

  /// Names the place where a source contradicts the build that the user specified.
  private mutating func noteOtherBuild(than windows: WindowsBuild) {
    if let stated = captured.builds.first(where: { $0.value.build != windows.build }) {
      report(
        .captureContradiction,
        "--windows says that the build is \(windows), but the capture states \(stated.value)",
        at: stated.place, help: "leave out --windows to take the build from the capture")
    } else if captured.builds.isEmpty,
      let version = captured.versions.first(where: { $0.value.major != windows.hnsVersion.major })
    {
      report(
        .captureContradiction,
        "--windows says that the build is \(windows), which has HNS \(windows.hnsVersion), but the capture is of "
          + "HNS \(version.value)",
        at: version.place, help: "leave out --windows to infer the build from the version of HNS")
    }
  }

  /// The release with a version of the service: the last one that has it or an earlier one of the same major number,
  /// because updates raise the minor number (reference: hns, 5.2).
  private static func release(of version: HNSVersion) -> WindowsBuild.Release {
    let releases = WindowsBuild.releases
    let similar = releases.filter { $0.hnsVersion.major == version.major }
    return similar.last { $0.hnsVersion <= version } ?? similar.first
      ?? releases.last { $0.hnsVersion <= version } ?? releases[0]
  }

  /// Whether all sources are of one host: one build, one version of the service, one management address of each
  /// network.
  private mutating func checkOneHost() -> Bool {
    func check<Value>(_ stated: [Stated<Value>], _ what: String) -> Bool {
      guard let first = stated.first, let other = stated.first(where: { $0.value != first.value }) else {
        return true
      }
      report(
        .captureOfSeveralHosts,
        "\(what) is \(first.value) in \(first.place) and \(other.value) in \(other.place): two hosts",
        at: other.place, help: "import the sources of one host at a time")
      return false
    }
    let isOneBuild = check(captured.builds.map { Stated($0.value.build, $0.place) }, "the build of Windows")
    let isOneVersion = check(captured.versions, "the version of HNS")
    return isOneBuild && isOneVersion && checkManagementAddresses()
  }

  /// Whether each network has one management address in all of its documents of one schema.
  private mutating func checkManagementAddresses() -> Bool {
    struct Key: Hashable {
      var network: GUID
      var family: AddressFamily
    }
    var known: [Key: Stated<IPAddress>] = [:]
    for document in captured.documents where document.kind == .network {
      for address in CapturedObject(document).managementAddresses {
        let key = Key(network: document.id, family: address.family)
        guard let first = known[key] else {
          known[key] = Stated(address, document.place)
          continue
        }
        guard first.value != address else { continue }
        report(
          .captureOfSeveralHosts,
          "the management address of network \(document.id) is \(first.value) in \(first.place) and "
            + "\(address) in \(document.place): two hosts",
          at: document.place, help: "import the sources of one host at a time")
        return false
      }
    }
    return true
  }

  /// The host's own addresses: the management addresses of its networks, each once.
  var managementAddresses: [IPAddress] {
    var result: [IPAddress] = []
    for object in objects where object.kind == .network {
      for address in object.managementAddresses where !result.contains(address) { result.append(address) }
    }
    return result
  }
}
