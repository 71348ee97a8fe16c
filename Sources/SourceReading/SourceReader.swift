package import Diagnostics
import Glibc
import HNSEmulator
package import HNSStore
import HostImport
package import HostModel
import JSONText
package import NetworkProfile
package import PacketSpace
package import PolicyCompiler
package import PolicyPlan
import PolicyViews

/// Where a reader reports what it finds, and how it ends work that cannot continue.
package protocol SourceReport: AnyObject {
  /// Reports problems.
  func report(_ diagnostics: [Diagnostic])
  /// Keeps a text so that excerpts of it can be shown.
  func remember(_ bytes: [UInt8], as file: String)
  /// The assumptions that the user specified, which override those of every host.
  var assumed: [(key: Assumption, value: String)] { get }
  /// Notes the file that is worked on from now on.
  func begins(_ file: String)
  /// The error that ends the work after problems were reported.
  func end() -> any Error
}

extension SourceReport {
  package func begins(_ file: String) {}

  /// Reports a problem and ends the work.
  func end(_ diagnostic: Diagnostic) -> any Error {
    report([diagnostic])
    return end()
  }
}

/// Reads the profiles, states and plans named on the command line, and reports every problem.
package struct SourceReader<Report: SourceReport> {
  package let console: Report
  /// The budget for all proofs and comparisons of the command.
  package let budget: Budget

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - console: Where it reports what it finds.
  ///   - budget: The budget for all proofs and comparisons.
  package init(console: Report, budget: Budget = Budget()) {
    self.console = console
    self.budget = budget
  }

  /// The bytes of a file, `-` for standard input, or the end of the command.
  package func read(_ path: String) throws -> [UInt8] {
    guard let bytes = bytes(path) else { throw console.end() }
    return bytes
  }

  /// The bytes of a file, `-` for standard input; nil if they cannot be read, which is reported.
  package func bytes(_ path: String) -> [UInt8]? {
    console.begins(path)
    switch ProfileFile.read(path) {
    case .success(let bytes):
      console.remember(bytes, as: path)
      return bytes
    case .failure(let error):
      // A state that does not exist yet is the most common reason.
      let isState = path.hasSuffix(".json") && error.isMissing
      console.report([
        Diagnostic(
          .fileUnreadable, error.description, file: path, help: isState ? Self.creationHelp(path) : nil)
      ])
      return nil
    }
  }

  /// A checked profile, or the end of the command.
  package func profile(_ path: String) throws -> Profile { try profile(try read(path), file: path) }

  /// A checked profile from its text, or the end of the command.
  package func profile(_ bytes: [UInt8], file: String) throws -> Profile {
    guard let profile = checked(bytes, file: file) else { throw console.end() }
    return profile
  }

  /// A checked profile from its text; reports all diagnostics.
  package func checked(_ bytes: [UInt8], file: String) -> Profile? {
    if let own = DocumentKind(bytes) {
      console.report([wrongKind(own, not: "a profile", file: file)])
      return nil
    }
    if StatedKind(bytes) == nil, HostImport.isCapture(bytes) {
      console.report([
        Diagnostic(
          .wrongKind, "this is a capture of a host, not a profile", file: file,
          help: "write a profile of it with `hnsctl import \(file) --as-profile FILE`")
      ])
      return nil
    }
    let (profile, diagnostics) = Profile.load(bytes: bytes, file: file)
    console.report(diagnostics)
    return profile
  }

  /// A diagnostic for a file of the wrong kind.
  package func wrongKind(_ own: DocumentKind, not needed: String, file: String) -> Diagnostic {
    Diagnostic(.wrongKind, "this is \(own.title), not \(needed)", file: file, help: own.help(file))
  }

  /// The state of a file; nil if the file does not exist.
  package func state(_ path: String) throws -> HostState? {
    try reading(path) { file throws(StateFileError) in try file.load() }
  }

  /// The serial number of the state in a file that will be replaced; nil if the file does not exist.
  package func serial(_ path: String) throws -> UInt64? {
    try reading(path) { file throws(StateFileError) in try file.serial() }
  }

  /// Reads a state file, or ends the command.
  private func reading<Value>(
    _ path: String, _ read: (StateFile) throws(StateFileError) -> Value?
  ) throws -> Value? {
    do throws(StateFileError) { return try read(StateFile(path: path)) } catch {
      switch error {
      case .damaged, .damagedMember:
        if DocumentKind(file: path) == nil, let bytes = bytes(path), HostImport.isCapture(bytes) {
          throw console.end(
            Diagnostic(
              .wrongKind, "this is a capture of a host, not a state", file: path,
              help: "make a state of it with `hnsctl import \(path) --state FILE`"))
        }
      default: break
      }
      if case .damagedMember = error {
        throw console.end(stateDiagnostic(error, in: DocumentKind(file: path)))
      }
      throw console.end(stateDiagnostic(error))
    }
  }

  /// The state in a file that could also be a profile; nil if it is not a state.
  ///
  /// The text of a state is not kept in memory as a whole.
  package func stateIfAny(_ path: String) throws -> HostState? {
    guard case .state? = DocumentKind(file: path) else { return nil }
    do { return try StateFile(path: path).load() } catch {
      _ = bytes(path)
      throw console.end(stateDiagnostic(error))
    }
  }

  /// The state in a file that turned out to be one, where a profile or a state was expected.
  ///
  /// A file is read again, after its journal; a stream has been read and has none.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it.
  package func state(_ bytes: [UInt8], file: String) throws -> HostState {
    try refuseEncoding(ofState: bytes, file: file)
    do {
      if file != "-", Self.isRegular(file), let state = try StateFile(path: file).load() { return state }
      return try StateFile.state(in: bytes, path: file)
    } catch { throw console.end(stateDiagnostic(error, in: DocumentKind(bytes))) }
  }

  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The diagnostic for a state file error if the file is of another kind.
  private func stateDiagnostic(_ error: StateFileError, in own: DocumentKind?) -> Diagnostic {
    guard case .savedPlan? = own else { return stateDiagnostic(error) }
    return wrongKind(.savedPlan, not: "a state file", file: error.path)
  }

  /// How to create a state file that does not exist.
  static func creationHelp(_ path: String) -> String {
    "create one with `hnsctl apply PROFILE --state \(path)`"
  }

  /// The desired host of a profile, compiled with the host's assumptions where the profile specifies none.
  package func desired(_ profile: Profile, on state: HostState?, file: String) throws -> DesiredHost {
    let profile = try resolved(profile, on: state, file: file)
    let (desired, diagnostics) = ProfileCompiler.compile(profile, file: file)
    console.report(diagnostics)
    guard let desired else { throw console.end() }
    return desired
  }

  /// The desired host that has nothing of a profile.
  package func desiredRemoval(of profile: Profile, on state: HostState?, file: String) throws -> DesiredHost {
    // Names in ACLs need no addresses for that.
    let profile = profile.hasUnresolvedPeers ? profile.withoutPolicy : profile
    var desired = try desired(profile, on: state, file: file)
    desired.removeEverything()
    return desired
  }

  /// A profile with the host's assumptions where it specifies none, and with the addresses that the host
  /// assigns in place of the names in its ACLs.
  package func resolved(_ profile: Profile, on state: HostState?, file: String) throws -> Profile {
    var profile = profile
    for (key, value) in console.assumed { profile.host.assumptions[key] = value }
    if let state {
      var assumptions = state.service.configuration.assumptions
      for (key, value) in profile.host.assumptions.changed { assumptions[key] = value }
      profile.host.assumptions = assumptions
    }
    guard profile.hasUnresolvedPeers else { return profile }
    let (first, problems) = ProfileCompiler.compile(profile.withoutPolicy, file: file)
    guard let first else {
      console.report(problems)
      throw console.end()
    }
    let base = base(state, for: first)
    let ledger = OwnershipLedger(annotations: base.annotations)
    let (resolved, refusals) = profile.resolvingPeers(
      assignedBy: first, on: base.service, ledger: ledger, file: file)
    console.report(refusals)
    guard let resolved else { throw console.end() }
    return resolved
  }

  /// The host of a state, with the adapters and addresses that a profile adds to it, or an empty host.
  package func base(_ state: HostState?, for desired: DesiredHost) -> HostState {
    guard var state else { return HostState(service: desired.emptyHost) }
    state.service.describeHost(as: desired.configuration)
    return state
  }

  /// Reports what a profile adds to the description of a host.
  private func reportDescription(of state: HostState, by desired: DesiredHost, file: String) {
    let known = state.service.configuration
    // If nothing is listed for a host, nothing is missing from it.
    func unknown<Value: Equatable>(_ stated: [Value], _ known: [Value]) -> [Value] {
      known.isEmpty ? [] : stated.filter { !known.contains($0) }
    }
    let adapters = unknown(desired.adapters, known.adapters).map { "adapter '\($0)'" }
    let addresses = unknown(desired.addresses, known.addresses).map { "address \($0)" }
    let dns =
      unknown(desired.dns.servers, known.dns.servers).map { "DNS server \($0)" }
      + unknown(desired.dns.suffixes, known.dns.suffixes).map { "search domain '\($0)'" }
    let ports =
      unknown(desired.listens, known.listens).map { "port \($0)" }
      + unknown(desired.excludedPorts, known.excludedPorts).map { "excluded port \($0)" }
    let facts = adapters + addresses + dns + ports
    guard !facts.isEmpty else { return }
    console.report([
      Diagnostic(
        .hostDescribed,
        "the state does not yet list \(facts.joined(separator: ", ")); apply adds what this profile lists",
        file: file)
    ])
  }

  /// Plans a profile against a state, with a proof that the plan implements the profile.
  package func plan(
    _ desired: DesiredHost, against state: HostState?, file: String
  ) throws -> (plan: Plan, before: HostState) {
    let base = base(state, for: desired)
    let trial = try trial(desired, against: state, on: base, file: file)
    let (plan, diagnostics) = trial.explain(base: state?.digest.description, within: budget)
    console.report(diagnostics)
    guard let plan else { throw console.end() }
    return (plan, base)
  }

  /// The host that results from applying a profile to a state, or to an empty host.
  package func host(_ desired: DesiredHost, on state: HostState?, file: String) throws -> HostState {
    try applied(desired, to: state, file: file).host
  }

  /// The host that results from applying a profile to a state, or to an empty host, with the trial.
  func applied(
    _ profile: Profile, to state: HostState?, file: String
  ) throws -> (host: HostState, trial: Trial<HostNetworkingService>) {
    try applied(try desired(profile, on: state, file: file), to: state, file: file)
  }

  private func applied(
    _ desired: DesiredHost, to state: HostState?, file: String
  ) throws -> (host: HostState, trial: Trial<HostNetworkingService>) {
    var host = base(state, for: desired)
    let trial = try trial(desired, against: state, on: host, file: file)
    host.service = trial.host
    trial.ledger.write(to: &host.annotations)
    return (host, trial)
  }

  private func trial(
    _ desired: DesiredHost, against state: HostState?, on base: HostState, file: String
  ) throws -> Trial<HostNetworkingService> {
    if let state { reportDescription(of: state, by: desired, file: file) }
    let (trial, diagnostics) = Trial.run(
      desired, on: base.service, ledger: OwnershipLedger(annotations: base.annotations), file: file)
    console.report(diagnostics)
    guard let trial else { throw console.end() }
    return trial
  }

  /// An undamaged saved plan.
  package func savedPlan(_ path: String) throws -> Plan { try savedPlan(try read(path), file: path) }

  /// An undamaged saved plan from its text.
  package func savedPlan(_ bytes: [UInt8], file: String) throws -> Plan {
    if let own = DocumentKind(bytes), case .state = own {
      throw console.end(wrongKind(own, not: "a saved plan", file: file))
    }
    switch Plan.load(bytes, file: file) {
    case .success(let plan): return plan
    case .failure(let refusal): throw console.end(refusal.diagnostic)
    }
  }

  /// The host that a saved plan is applied to, which must be the state it was made for.
  package func base(of plan: Plan, _ current: HostState?, file: String, state: String?) throws -> HostState {
    guard plan.base == current?.digest.description else {
      let reason =
        switch (plan.base, current) {
        case (nil, _): "the plan was made for an empty host, but \(state ?? "the state") is not empty"
        case (_, nil):
          state.map { "the plan was made for an existing state, but \($0) does not exist" }
            ?? "the plan was made for a state, but none is specified"
        default: "\(state ?? "the state") has changed since the plan was made"
        }
      let help =
        state == nil ? "specify the state with --state FILE" : "create the plan again and review it"
      throw console.end(Diagnostic(.planStale, reason, file: file, help: help))
    }
    return current ?? HostState(service: HostNetworkingService(plan.configuration))
  }

  /// The host that results from a saved plan.
  package func carriedOut(
    _ plan: Plan, on current: HostState?, file: String, state: String?
  ) throws -> HostState {
    var host = try base(of: plan, current, file: file, state: state)
    if let failure = plan.carryOut(on: &host.service).failure {
      throw console.end(Plan.refusal(failure.operation.summary, failure.error, file: file))
    }
    plan.ledger.write(to: &host.annotations)
    return host
  }

  /// The contents of a host.
  package func contents(_ state: HostState, file: String) throws -> HostInventory {
    let ledger = OwnershipLedger(annotations: state.annotations)
    do {
      let reading = try HostDocuments(state.service, ledger: ledger)
      var inventory = HostInventory(reading, filters: HostWithRuleNames(state.service, ledger: ledger))
      inventory.addFirewall(of: state.service.configuration)
      return inventory
    } catch {
      throw console.end(Plan.refusal("reading the host", error, file: file))
    }
  }

  /// Runs a body while the state file is locked against other writers.
  package func withLock<Result>(
    _ path: String, timeout seconds: Double, _ body: (StateFile) throws -> Result
  ) throws -> Result {
    let file = StateFile(path: path)
    let lock = try lock(file, timeout: seconds)
    let result: Result
    do { result = try body(file) } catch {
      // A refused apply leaves nothing behind if there is neither a state nor the journal of one.
      if access(path, F_OK) != 0, access("\(path).journal", F_OK) != 0 { lock.discard() }
      throw error
    }
    _ = consume lock
    return result
  }

  private func lock(_ file: StateFile, timeout seconds: Double) throws -> StateLock {
    do { return try file.lock(timeout: Int(min(seconds, 1e9) * 1_000), since: Self.now()) } catch {
      throw console.end(stateDiagnostic(error))
    }
  }
}
