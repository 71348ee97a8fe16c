import ArgumentParser
import Diagnostics
import Glibc
import HNSEmulator
import HostModel
import JSONText
import NetworkProfile
import PolicyCompiler
import PolicyPlan
import PolicyViews

/// What the commands share: reading profiles, states and plans, with every problem told.
struct Session {
  let console: Console

  /// The bytes of a file, `-` for standard input.
  func read(_ path: String) throws -> [UInt8] {
    switch ProfileFile.read(path) {
    case .success(let bytes):
      console.remember(bytes, as: path)
      return bytes
    case .failure(let error):
      throw console.fail(Diagnostic(.fileUnreadable, error.description, file: path))
    }
  }

  /// A checked profile, or the end of the command.
  func profile(_ path: String) throws -> Profile {
    let (profile, diagnostics) = Profile.load(bytes: try read(path), file: path)
    console.report(diagnostics)
    guard let profile else { throw console.fail() }
    return profile
  }

  /// The state of a file; nil when there is no file.
  func state(_ path: String) throws -> HostState? {
    do { return try StateFile(path: path).load() } catch { throw console.fail(stateDiagnostic(error, path)) }
  }

  /// The state of a file that must exist.
  func existingState(_ path: String) throws -> HostState {
    guard let state = try state(path) else {
      throw console.fail(
        Diagnostic(
          .fileUnreadable, "there is no such state file", file: path,
          remedy: "create one with `hnsctl apply PROFILE --state \(path)`"))
    }
    return state
  }

  /// What a profile wants of a host, compiled with the switches of that host where the profile is silent.
  func desired(_ profile: Profile, on state: HostState?, file: String) throws -> DesiredHost {
    var profile = profile
    if let state {
      var switches = state.service.configuration.switches
      for (key, value) in profile.host.switches.changed { switches[key] = value }
      profile.host.switches = switches
    }
    let (desired, diagnostics) = ProfileCompiler.compile(profile, file: file)
    console.report(diagnostics)
    guard let desired else { throw console.fail() }
    return desired
  }

  /// The host of a state with what a profile adds to the description of it, or an empty host.
  func base(_ state: HostState?, for desired: DesiredHost) -> HostState {
    guard var state else {
      return HostState(
        service: HostNetworkingService(
          HostConfiguration(
            build: desired.windows, switches: desired.switches, adapters: desired.adapters,
            addresses: desired.addresses)))
    }
    var configuration = state.service.configuration
    configuration.adapters += desired.adapters.filter { !configuration.adapters.contains($0) }
    configuration.addresses += desired.addresses.filter { !configuration.addresses.contains($0) }
    state.service.configuration = configuration
    return state
  }

  /// Plans a profile against a state.
  func plan(
    _ desired: DesiredHost, against state: HostState?, file: String
  ) throws -> (plan: Plan, before: HostState, after: HostState) {
    let base = base(state, for: desired)
    let (outcome, diagnostics) = Plan.make(
      desired, for: base.service, base: state.map { Digest.text(of: $0.text) },
      ledger: OwnershipLedger(annotations: base.annotations), file: file)
    console.report(diagnostics)
    guard let outcome else { throw console.fail() }
    var after = base
    after.service = outcome.host
    outcome.plan.ledger.write(to: &after.annotations)
    return (outcome.plan, base, after)
  }

  /// Everything a host states.
  func contents(_ state: HostState, file: String) throws -> HostContents {
    let configuration = state.service.configuration
    do {
      let reading = try HostReading(state.service, ledger: OwnershipLedger(annotations: state.annotations))
      return HostContents(reading, build: configuration.build, switches: configuration.switches)
    } catch {
      throw console.fail(Plan.refusal("reading the host", error, file: file))
    }
  }

  /// Runs a body while the state file is locked against other writers.
  func withLock<Result>(_ path: String, timeout: Double, _ body: (StateFile) throws -> Result) throws -> Result {
    let file = StateFile(path: path)
    let lock: StateLock
    do { lock = try file.lock(timeout: timeout) } catch { throw console.fail(stateDiagnostic(error, path)) }
    defer { lock.release() }
    return try body(file)
  }

  func stateDiagnostic(_ error: StateFileError, _ path: String) -> Diagnostic {
    fatalError("wired once the state file is there")
  }
}
