import Foundation
import JSONText
import Testing

/// The result of a run of the built binary.
struct Run {
  let arguments: [String]
  let status: Int32
  let output: String
  let errors: String

  /// The standard output, which must be one JSON document.
  func json(_ location: SourceLocation = #_sourceLocation) throws -> JSON {
    do { return try JSON(parsing: output) } catch {
      Issue.record("\(arguments): not one JSON document: \(error)\n\(output)", sourceLocation: location)
      throw error
    }
  }

  /// Expects the exit code, and shows all output if it differs.
  @discardableResult
  func exits(_ code: Int32, _ location: SourceLocation = #_sourceLocation) -> Run {
    if status != code {
      Issue.record(
        "\(arguments.joined(separator: " ")) exited \(status), not \(code)\n\(output)\(errors)",
        sourceLocation: location)
    }
    return self
  }
}

/// The built binary, next to the test bundle.
let binary: URL = {
  var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  while folder.path != "/" {
    let candidate = folder.appendingPathComponent("hnsctl")
    if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    folder.deleteLastPathComponent()
  }
  return folder.appendingPathComponent("hnsctl")
}()

/// The root of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// An empty folder that is removed after the last use of the value in a test.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("hnsctl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
  }

  /// The names of the files in the folder.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Every file in the folder with its bytes.
  func contents() throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      result[name] = FileManager.default.contents(atPath: path(name)) ?? Data()
    }
    return result
  }

  /// Starts the binary in this folder with its output redirected to files.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - input: What standard input holds.
  ///   - environment: Variables in addition to those of this process.
  ///   - redirect: Sends a stream elsewhere before the start.
  func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    redirect: (Process) -> Void = { _ in }
  ) throws -> RunningProcess {
    try start(binary, arguments, input: Data(input.utf8), environment: environment, redirect: redirect)
  }

  /// Starts a program in this folder with its output redirected to files.
  private func start(
    _ program: URL, _ arguments: [String], input: Data, environment: [String: String],
    redirect: (Process) -> Void = { _ in }
  ) throws -> RunningProcess {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment
    variables["SWIFT_BACKTRACE"] = "enable=no"
    variables.merge(environment) { _, new in new }
    process.environment = variables
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "hnsctl-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let output = scratch.appendingPathComponent("out")
    let errors = scratch.appendingPathComponent("err")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let source = scratch.appendingPathComponent("in")
    try input.write(to: source)
    process.standardInput = try FileHandle(forReadingFrom: source)
    redirect(process)
    try process.run()
    return RunningProcess(process: process, arguments: arguments, scratch: scratch)
  }

  /// Runs the binary in this folder.
  @discardableResult
  func hnsctl(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws -> Run {
    try start(arguments, input: input, environment: environment).finish()
  }

  /// Runs a bash script in this folder, where `hnsctl` is the binary.
  @discardableResult
  func bash(_ script: String, environment: [String: String] = [:]) throws -> Run {
    try startBash(script, environment: environment).finish()
  }

  /// Starts a bash script in this folder.
  func startBash(_ script: String, environment: [String: String] = [:]) throws -> RunningProcess {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var variables = ["PATH": "\(binary.deletingLastPathComponent().path):\(path)"]
    variables.merge(environment) { _, new in new }
    return try start(
      URL(fileURLWithPath: "/bin/bash"), ["-c", script], input: Data(), environment: variables)
  }

  /// Copies shipped profiles into this folder.
  func shipped(_ names: String...) throws {
    for name in names {
      try FileManager.default.copyItem(atPath: ShippedProfiles.path(name), toPath: path(name))
    }
  }
}

/// A running binary.
struct RunningProcess {
  let process: Process
  let arguments: [String]
  let scratch: URL

  func finish() throws -> Run {
    process.waitUntilExit()
    defer { try? FileManager.default.removeItem(at: scratch) }
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: scratch.appendingPathComponent(name)), as: UTF8.self)
    }
    return Run(
      arguments: arguments, status: process.terminationStatus, output: try text("out"),
      errors: try text("err"))
  }
}

/// Compares a text with the file of that name in the folder `Golden`.
///
/// `UPDATE_GOLDEN=1 .ci/test --filter GoldenTests` regenerates the files; review the `git diff` before
/// committing.
func expectGolden(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
  try expectGolden(text, at: folder.appendingPathComponent(name), location)
}

/// Compares a text with a file, which is regenerated like those in the folder `Golden`.
func expectGolden(_ text: String, at file: URL, _ location: SourceLocation = #_sourceLocation) throws {
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try Data(text.utf8).write(to: file)
    return
  }
  let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  guard golden != text else { return }
  let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false) }
  let changes = lines(text).difference(from: lines(golden)).map { change in
    switch change {
    case .insert(let line, let text, _): "\(line + 1): + \(text)"
    case .remove(let line, let text, _): "\(line + 1): - \(text)"
    }
  }
  Issue.record(
    "\(file.lastPathComponent) differs:\n\(changes.joined(separator: "\n"))", sourceLocation: location)
}

/// The profiles of the repository.
enum ShippedProfiles {
  static let supported = names(in: "profiles")
  static let refused = names(in: "profiles/refused")

  static func path(_ name: String) -> String { repository.appendingPathComponent("profiles/\(name)").path }

  private static func names(in folder: String) -> [String] {
    let path = repository.appendingPathComponent(folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".yaml") }.sorted()
  }
}
