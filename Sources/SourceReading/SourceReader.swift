package import Diagnostics
import Glibc
import HNSEmulator
package import HNSStore
import HostModel
import JSONText
package import NetworkProfile
package import PacketSpace
package import PolicyCompiler
package import PolicyPlan
import PolicyViews

/// Where a reader reports what it finds, and how the work ends that cannot go on.
package protocol SourceReport: AnyObject {
  /// Reports problems.
  func report(_ diagnostics: [Diagnostic])
  /// Makes a text available to excerpts.
  func remember(_ bytes: [UInt8], as file: String)
  /// The error that ends the work because of what was reported.
  func end() -> any Error
}

extension SourceReport {
  /// Reports one more problem and ends the work.
  func end(_ diagnostic: Diagnostic) -> any Error {
    report([diagnostic])
    return end()
  }
}

/// What a word on the command line means: reads profiles, states and plans, and reports every problem.
package struct SourceReader<Report: SourceReport> {
  package let console: Report
  /// The work that all proofs and comparisons of the command may take.
  package let budget: Budget

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - console: Where it reports what it finds.
  ///   - budget: The work that all proofs and comparisons may take.
  package init(console: Report, budget: Budget = Budget()) {
    self.console = console
    self.budget = budget
  }

  /// The bytes of a file, `-` for standard input, or the end of the command.
  package func read(_ path: String) throws -> [UInt8] {
    guard let bytes = bytes(path) else { throw console.end() }
    return bytes
  }

  /// The bytes of a file, `-` for standard input; nil when they cannot be read, which is told.
  package func bytes(_ path: String) -> [UInt8]? {
    switch ProfileFile.read(path) {
    case .success(let bytes):
      console.remember(bytes, as: path)
      return bytes
    case .failure(let error):
      console.report([Diagnostic(.fileUnreadable, error.description, file: path)])
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

  /// A checked profile from its text, with everything told that there is to say of it.
  package func checked(_ bytes: [UInt8], file: String) -> Profile? {
    if let own = DocumentKind(bytes) {
      console.report([wrongKind(own, not: "a profile", file: file)])
      return nil
    }
    let (profile, diagnostics) = Profile.load(bytes: bytes, file: file)
    console.report(diagnostics)
    return profile
  }

  /// Says that a file is of another kind than is needed.
  package func wrongKind(_ own: DocumentKind, not needed: String, file: String) -> Diagnostic {
    Diagnostic(.wrongKind, "this is \(own.title), not \(needed)", file: file, remedy: own.remedy(file))
  }

  /// The state of a file; nil when there is no file.
  package func state(_ path: String) throws -> HostState? {
    do { return try StateFile(path: path).load() } catch {
      if case .damagedMember = error {
        throw console.end(stateDiagnostic(error, in: DocumentKind(file: path)))
      }
      throw console.end(stateDiagnostic(error))
    }
  }

  /// The state in a file that may hold a profile too; nil where it does not hold a state.
  ///
  /// The text of a state is not held in memory as a whole.
  package func stateIfAny(_ path: String) throws -> HostState? {
    guard case .state? = DocumentKind(file: path) else { return nil }
    do { return try StateFile(path: path).load() } catch {
      _ = bytes(path)
      throw console.end(stateDiagnostic(error))
    }
  }

  /// The state that a file named as a profile or a state turned out to hold.
  ///
  /// A file is read again, after its journal; a stream has been read and has none.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it.
  package func state(_ bytes: [UInt8], file: String) throws -> HostState {
    do {
      if file != "-", Self.isRegular(file), let state = try StateFile(path: file).load() { return state }
      return try StateFile.state(in: bytes, path: file)
    } catch { throw console.end(stateDiagnostic(error, in: DocumentKind(bytes))) }
  }

  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// What a state file error says to the user who named a file of another kind.
  private func stateDiagnostic(_ error: StateFileError, in own: DocumentKind?) -> Diagnostic {
    guard case .savedPlan? = own else { return stateDiagnostic(error) }
    return wrongKind(.savedPlan, not: "the state of a host", file: error.path)
  }

  /// The state of a file that must exist.
  package func existingState(_ path: String) throws -> HostState {
    guard let state = try state(path) else {
      throw console.end(
        Diagnostic(
          .fileUnreadable, "there is no such state file", file: path,
          remedy: "create one with `hnsctl apply PROFILE --state \(path)`"))
    }
    return state
  }

  /// What a profile wants of a host, compiled with the assumptions of that host where the profile is silent.
  package func desired(_ profile: Profile, on state: HostState?, file: String) throws -> DesiredHost {
    var profile = profile
    if let state {
      var assumptions = state.service.configuration.assumptions
      for (key, value) in profile.host.assumptions.changed { assumptions[key] = value }
      profile.host.assumptions = assumptions
    }
    let (desired, diagnostics) = ProfileCompiler.compile(profile, file: file)
    console.report(diagnostics)
    guard let desired else { throw console.end() }
    return desired
  }

  /// The host of a state with what a profile adds to the description of it, or an empty host.
  package func base(_ state: HostState?, for desired: DesiredHost) -> HostState {
    guard var state else { return HostState(service: desired.emptyHost) }
    state.service.describeHost(adapters: desired.adapters, addresses: desired.addresses)
    return state
  }

  /// Says what a profile adds to the description of a host.
  private func reportDescription(of state: HostState, by desired: DesiredHost, file: String) {
    let known = state.service.configuration
    // A host of which nothing was stated is not known to lack anything.
    func unknown<Value: Equatable>(_ stated: [Value], _ known: [Value]) -> [Value] {
      known.isEmpty ? [] : stated.filter { !known.contains($0) }
    }
    let adapters = unknown(desired.adapters, known.adapters).map { "adapter '\($0)'" }
    let addresses = unknown(desired.addresses, known.addresses).map { "address \($0)" }
    guard !(adapters + addresses).isEmpty else { return }
    console.report([
      Diagnostic(
        .hostDescribed,
        "the host of the state was not known to have \((adapters + addresses).joined(separator: ", ")); "
          + "an apply takes it from this profile",
        file: file)
    ])
  }

  /// Plans a profile against a state, with the proof that it does what the profile says.
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

  /// The host that a profile makes of a state, or of an empty host.
  package func host(_ desired: DesiredHost, on state: HostState?, file: String) throws -> HostState {
    var host = base(state, for: desired)
    let trial = try trial(desired, against: state, on: host, file: file)
    host.service = trial.host
    trial.ledger.write(to: &host.annotations)
    return host
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

  /// A saved plan that is as it was written.
  package func savedPlan(_ path: String) throws -> Plan { try savedPlan(try read(path), file: path) }

  /// A saved plan that is as it was written, from its text.
  package func savedPlan(_ bytes: [UInt8], file: String) throws -> Plan {
    if let own = DocumentKind(bytes), case .state = own {
      throw console.end(wrongKind(own, not: "a saved plan", file: file))
    }
    switch Plan.load(bytes, file: file) {
    case .success(let plan): return plan
    case .failure(let refusal): throw console.end(refusal.diagnostic)
    }
  }

  /// The host a saved plan is carried out on: the state it was made against, and no other.
  package func base(of plan: Plan, _ current: HostState?, file: String, state: String?) throws -> HostState {
    guard plan.base == current?.digest.description else {
      let reason =
        switch (plan.base, current) {
        case (nil, _): "the plan was made against an empty host, and \(state ?? "the state") holds one"
        case (_, nil):
          state.map { "the plan was made against a state, and there is no file \($0)" }
            ?? "the plan was made against a state, and none is named"
        default: "\(state ?? "the state") has changed since the plan was made"
        }
      let remedy = state == nil ? "name the state with --state FILE" : "make the plan again and look at it"
      throw console.end(Diagnostic(.planStale, reason, file: file, remedy: remedy))
    }
    return current ?? HostState(service: HostNetworkingService(plan.configuration))
  }

  /// The host a saved plan leads to.
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

  /// Everything a host states.
  package func contents(_ state: HostState, file: String) throws -> HostContents {
    let ledger = OwnershipLedger(annotations: state.annotations)
    do {
      let reading = try HostReading(state.service, ledger: ledger)
      return HostContents(reading, filters: NamedHost(state.service, ledger: ledger))
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
    let result = try body(file)
    _ = consume lock
    return result
  }

  private func lock(_ file: StateFile, timeout seconds: Double) throws -> StateLock {
    do { return try file.lock(timeout: Int(min(seconds, 1e9) * 1_000), since: Self.now()) } catch {
      throw console.end(stateDiagnostic(error))
    }
  }

  /// The time as ISO 8601, for others who wait for the lock.
  package static func now() -> String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What a state file error says to the user.
  package func stateDiagnostic(_ error: StateFileError) -> Diagnostic { Self.diagnostic(of: error) }

  /// What a state file error says to the user.
  package static func diagnostic(of error: StateFileError) -> Diagnostic {
    var place: Place?
    var reason = error.reason
    let code: DiagnosticCode
    var remedy: String?
    var subject = "the state"
    switch error {
    case .isDirectory, .notAFile, .unreadable: code = .stateUnreadable
    case .empty, .tooLarge, .damagedMember: code = .stateDamaged
    case .damaged(_, let line, let column, let why):
      code = .stateDamaged
      reason = "is damaged: \(why)"
      place = Place(line: UInt32(clamping: line), column: UInt32(clamping: column))
    case .newerFormat:
      code = .stateNewerFormat
      remedy = "use the hnsctl that wrote it"
    case .journalDamaged(_, let line, let why):
      code = .journalDamaged
      reason = "is damaged: \(why)"
      subject = "the journal of the state"
      place = Place(line: UInt32(clamping: line), column: 1)
      remedy = "restore it with its state, or remove it to go on without the calls it holds"
    case .journalMismatch(_, let state, _):
      code = .journalMismatch
      subject = "the journal"
      remedy =
        "put the state it belongs to back as \(state), or remove it to go on without the calls it holds"
    case .otherHost:
      code = .hostMismatch
      remedy = "ask for the host as it is, or use the state of another host"
    case .unwritable, .notDurable: code = .stateNotSaved
    case .locked:
      code = .stateLocked
      remedy = "wait for it, or give --lock-timeout SECONDS"
    }
    if code == .stateDamaged { remedy = "restore the file, or move it away and apply the profiles again" }
    return Diagnostic(code, "\(subject) \(reason)", file: error.path, at: place, remedy: remedy)
  }
}
