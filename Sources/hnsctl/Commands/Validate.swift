import ArgumentParser
import Diagnostics
import JSONText
import NetworkProfile
import PolicyCompiler
import PolicyViews
import SourceReading

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check profiles and test files, and report every problem.",
    discussion: """
      Examples:
        hnsctl validate profiles/l2bridge-process.yaml
        hnsctl validate profiles/*.yaml --json
        generate-profile | hnsctl validate -
      """)

  @Argument(
    help: "Profiles and test files to check; - for standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var profiles: [String]

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    try GlobalOptions.checkStandardInput(profiles)
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    var results: [(file: String, isValid: Bool)] = []
    for path in try session.filesOfProfiles(profiles) {
      guard let bytes = session.bytes(path) else {
        results.append((path, false))
        continue
      }
      if PolicyTests.isStated(in: bytes) {
        let (tests, problems) = PolicyTests.load(bytes: bytes, file: path)
        console.report(problems)
        results.append((path, tests != nil))
        continue
      }
      let profile = session.checked(bytes, file: path)
      var isValid = false
      if let profile = profile.flatMap({ try? session.resolved($0, on: nil, file: path) }) {
        let (compiles, findings) = ProfileCompiler.check(profile, file: path)
        console.report(findings)
        isValid = compiles
      }
      results.append((path, isValid))
    }
    guard results.allSatisfy(\.isValid) else { throw console.fail() }
    console.finish(
      [
        "formatVersion": 1,
        "profiles": .array(results.map { ["file": .string($0.file), "valid": .bool($0.isValid)] }),
      ],
      lines: results.map { "\(printable($0.file)): valid" })
  }
}
