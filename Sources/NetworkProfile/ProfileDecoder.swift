import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// Reads a profile from its document and checks it, in order of dependency: host, sets, networks,
/// endpoints, tests.
///
/// Invalid parts are reported and left out, so that the rest is still checked; references to a part that
/// was left out are not reported again.
struct ProfileDecoder {
  let yaml: YAMLReader
  var collector: DiagnosticCollector
  /// The number of errors so far; a part is valid if reading it does not change the number.
  var errors = 0

  var host = HostDeclaration(
    windows: .standard, windowsLocation: nil, addresses: [], adapters: [], assumptions: Assumptions())

  var addressSets: [AddressSetDeclaration] = []
  /// Index by name; nil for an invalid set.
  var addressSetIndex: [String: Int?] = [:]
  /// How many more ranges can be copied from address sets into ACLs.
  var rangeBudget = 8_000_000
  var isRangeBudgetReported = false

  /// The containers, pods and endpoints that ACLs can name; nil until an ACL does.
  var namedPeers: [String: NamedPeer]?
  /// The names with assigned addresses in the list of addresses that is being read.
  var assignedNames: [Located<String>] = []
  var hasUnresolvedPeers = false

  var aclSets: [ACLSetDeclaration] = []
  var aclSetIndex: [String: Int] = [:]
  /// Names of invalid ACLs; references to them are not reported.
  var unreadACLs: Set<String> = []

  var networks: [NetworkDeclaration] = []
  var networkFacts: [NetworkFacts] = []
  var networkIndex: [String: Int] = [:]
  var adaptersInUse: [String: AdapterUse] = [:]
  var natNetwork: SourceRange?

  var endpoints: [EndpointDeclaration] = []
  /// The endpoints of workloads with several networks, by name.
  var endpointIndex: [String: Int] = [:]
  var hostProcessPods: [HostProcessPod] = []
  /// Every possible source or destination of a packet, by name.
  var workloads: [String: Workload] = [:]
  var usage = EndpointUsage()
  var services: [ServiceDeclaration] = []
  var serviceUsage = ServiceUsage()

  /// Whether names in tests refer to this profile; a file of tests refers to things defined elsewhere.
  var resolvesPeers = true

  /// The build to check against instead of the one in the profile; nil for that.
  private(set) var otherWindows: WindowsBuild?

  init(yaml: YAMLReader, file: String, on otherWindows: WindowsBuild? = nil) {
    self.yaml = yaml
    self.otherWindows = otherWindows
    if let otherWindows { host.windows = otherWindows }
    collector = DiagnosticCollector(file: file)
  }

  /// A container or a pod, as other parts of the profile refer to it.
  struct Workload {
    var location: SourceRange
    /// The endpoints by their index; empty for a host-process pod or an invalid one.
    var endpoints: [Int] = []
    var containers: [String] = []
  }

  /// Reads the document's root.
  mutating func profile() -> Profile? {
    guard checkHeader(kind: "HostProfile"), let root = record(yaml.root, RootKey.table) else { return nil }
    let name = root[.name].flatMap { self.name($0, of: "a profile") }
    if let node = root[.host] { readHost(node) }
    if let node = root[.addressSets] { readAddressSets(node) }
    if let node = root[.aclSets] { readACLSets(node) }
    if let node = root[.networks] {
      forEach(node, "a list of networks") { $0.readNetwork($1) }
      checkSubnetOverlaps()
    }
    if let node = root[.containers] {
      forEach(node, "a list of containers") { $0.readWorkload($1, isPod: false) }
    }
    if let node = root[.pods] { forEach(node, "a list of pods") { $0.readWorkload($1, isPod: true) } }
    checkCapacities()
    checkUnresolvedPeers()
    if let node = root[.services] { readServices(node) }
    let tests = root[.tests].map { readTests($0) } ?? []
    guard errors == 0, let name else { return nil }
    return Profile(
      name: name, host: host, addressSets: addressSets, aclSets: aclSets, networks: networks,
      endpoints: endpoints, hostProcessPods: hostProcessPods, services: services, tests: tests,
      hasUnresolvedPeers: hasUnresolvedPeers)
  }

  /// Checks the version and kind of a file, before its other keys are reported as mistakes.
  mutating func checkHeader(kind expected: String) -> Bool {
    guard yaml.kind(yaml.root) == .mapping else {
      report(
        .wrongType, "the file must be a mapping of keys to values, not \(yaml.kind(yaml.root).title)",
        at: yaml.location(yaml.root), help: "start with 'apiVersion: hnsctl/v1'")
      return false
    }
    guard !isManifest(expected) else { return false }
    var isReadable = true
    var children = yaml.children(yaml.root)
    while let key = children.next(), let value = children.next() {
      switch (yaml.string(key), yaml.kind(value)) {
      case ("apiVersion", .scalar) where !yaml.isNull(value) && yaml.string(value) != "hnsctl/v1":
        report(
          .unsupportedVersion, "the version '\(yaml.string(value).quotable)' is not supported",
          at: yaml.location(value), help: "write 'apiVersion: hnsctl/v1'")
        isReadable = false
      case ("kind", .scalar) where !yaml.isNull(value) && yaml.string(value) != expected:
        let kind = yaml.string(value)
        let isKnown = kind == "HostProfile" || kind == "PolicyTests"
        report(
          .wrongKind, "the file is of kind '\(kind.quotable)', but \(expected) is expected here",
          at: yaml.location(value), help: isKnown ? nil : "write 'kind: \(expected)'")
        isReadable = isReadable && !isKnown
      default: break
      }
    }
    return isReadable
  }

  /// Reports a Kubernetes manifest, which is not a profile with a wrong version and kind.
  private mutating func isManifest(_ expected: String) -> Bool {
    var version: YAMLNode?
    var kind: YAMLNode?
    var children = yaml.children(yaml.root)
    while let key = children.next(), let value = children.next() {
      guard yaml.kind(value) == .scalar, !yaml.isNull(value) else { continue }
      if yaml.string(key) == "apiVersion" { version = value }
      if yaml.string(key) == "kind" { kind = value }
    }
    guard let version, let kind, !yaml.string(version).hasPrefix("hnsctl/"),
      !["HostProfile", "PolicyTests"].contains(yaml.string(kind))
    else { return false }
    report(
      .wrongKind,
      "this is a Kubernetes manifest (kind \(quoted(kind)) of \(quoted(version))), not a \(expected == "HostProfile" ? "profile" : "file of tests")",
      at: yaml.location(kind),
      help:
        "hnsctl does not read Kubernetes manifests: describe the node in a profile, such as those in profiles/"
    )
    return true
  }
}
