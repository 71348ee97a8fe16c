import ArgumentParser
import Diagnostics
import HostModel
import JSONText
import PolicyCompiler
import PolicyViews

struct InitCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a first profile: a network, a container with a rule, and tests.",
    discussion: HelpText.discussion(
      """
      Asks nothing and replaces no file. The profile is valid and its tests pass; change
      its addresses, names and rules to those of your node.

      Examples:
        hnsctl init
        hnsctl init node.yaml --driver overlay --isolation hyperv
        hnsctl init - --driver nat --windows ltsc2025
      """))

  @Argument(
    help: "The file to write; - for standard output.", completion: .file(extensions: ["yaml", "yml"]))
  var file = "profile.yaml"

  @Option(help: "The driver of the network.")
  var driver = DriverOption.l2bridge

  @Option(help: "The isolation of the container.")
  var isolation = IsolationOption.process

  @Option(
    help: "The Windows build: a name (1607 to ltsc2025) or BUILD[.REVISION].", completion: .windowsNames)
  var windows = "ltsc2022"

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func run() throws {
    let console = Console(options)
    let build = try console.build(windows)
    let profile = FirstProfile(
      PlatformCell(driver: driver.driver, isolation: isolation.isolation), build: build, windows: windows,
      name: "first")
    if let reason = profile.reasonWithoutACLs {
      console.say("The profile has no ACLs: \(reason).")
    }
    var document = JSONObject([.init("formatVersion", 1)])
    guard file != "-" else {
      document.append("text", .string(profile.text))
      return console.finish(
        .object(document), verbatim: profile.text.split(separator: "\n").map(String.init))
    }
    do { try OutputFile.create(Array(profile.text.utf8), at: file) } catch {
      throw console.fail(error.diagnostic(file, ifExisting: "name another file: `hnsctl init FILE`"))
    }
    document.append("file", .string(file))
    console.finish(
      .object(document),
      lines: [
        "Wrote \(printable(file)). Look at what it does with:", "  hnsctl plan \(printable(file))",
        "  hnsctl test \(printable(file))",
      ])
  }
}

/// A network driver.
enum DriverOption: String, ExpressibleByArgument, CaseIterable {
  case transparent, nat, l2bridge, l2tunnel, overlay

  var driver: NetworkDriver {
    switch self {
    case .transparent: .transparent
    case .nat: .nat
    case .l2bridge: .l2bridge
    case .l2tunnel: .l2tunnel
    case .overlay: .overlay
    }
  }
}

/// An isolation mode.
enum IsolationOption: String, ExpressibleByArgument, CaseIterable {
  case process, hyperv

  var isolation: Isolation { self == .hyperv ? .hyperv : .process }
}
