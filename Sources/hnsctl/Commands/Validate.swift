import ArgumentParser
import Diagnostics
import JSONText
import NetworkProfile
import PolicyCompiler
import PolicyViews
import SourceReading

struct Validate: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check profiles and test files, and report every problem.",
    discussion: HelpText.discussion(
      """
      Examples:
        hnsctl validate profiles/l2bridge-process.yaml
        hnsctl validate profiles/*.yaml --json
        hnsctl validate nodes/ --failures-only
        generate-profile | hnsctl validate -
      """))

  @Argument(
    help: "Profiles, test files, and folders of them; - for standard input.",
    completion: .file(extensions: ["yaml", "yml"]))
  var profiles: [String]

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    try GlobalOptions.checkSources(profiles)
  }

  func run() throws {
    let console = Console(options)
    let run = SourceRun(profiles, of: .profilesAndTests, many, console)
    let settings = console.settings
    var recap = Recap(failed: run.problems.count)
    var documents: [JSON] = []
    run.each { path in
      let console = Console(collecting: settings)
      let isValid = Self.isValid(path, Session(console: console))
      return (path, isValid, console.everything())
    } take: { path, isValid, collected in
      recap.add(isValid ? .success : Exit.failed)
      console.add(collected)
      if console.isJSON {
        if !isValid || !many.failuresOnly {
          documents.append(["file": .string(path), "valid": .bool(isValid)])
        }
      } else if isValid, !many.failuresOnly {
        console.show(["\(printable(path)): valid"])
      }
      return true
    }
    console.finish(
      ["formatVersion": 1, "profiles": .array(documents)],
      lines: run.isMany
        ? [recap.line(RecapWords(clean: "valid", failed: "invalid"), of: "file", console.style)] : [])
    if recap.code != .success { throw recap.code }
  }

  /// Whether a file is valid; what is wrong with it is reported.
  private static func isValid(_ path: String, _ session: Session) -> Bool {
    guard let bytes = session.bytes(path) else { return false }
    if StatedKind.isTests(bytes) {
      let (tests, problems) = PolicyTests.load(bytes: bytes, file: path)
      session.console.report(problems)
      return tests != nil
    }
    guard let profile = session.checked(bytes, file: path),
      let resolved = try? session.resolved(profile, on: nil, file: path)
    else { return false }
    let (compiles, findings) = ProfileCompiler.check(resolved, file: path)
    session.console.report(findings)
    return compiles
  }
}
