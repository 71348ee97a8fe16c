import ArgumentParser
import HNSEmulator
import HNSStore
import PolicyViews
import SourceReading

struct Compartments: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the network compartments of the host in a state file, like Get-NetCompartment.",
    discussion: HelpText.discussion(
      """
      A compartment exists once something runs in it. The compartments of Hyper-V
      isolated containers are inside their utility VMs; --all lists them too.

      The numbers of compartments mean something on their own host only, so one host
      is listed at a time.

      Examples:
        hnsctl compartments --state host.json
        hnsctl compartments --state host.json --all --json
      """))

  @Option(
    help: ArgumentHelp("The state or capture of the host; - for standard input.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: InputName

  @Flag(help: "Include the compartments inside utility VMs.")
  var all = false

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func run() throws {
    let console = Console(options)
    let service = try Session(console: console).existingHost(state.path).service
    let compartments = service.compartments + (all ? service.utilityVMCompartments : [])
    console.finish(CompartmentView.document(compartments), verbatim: CompartmentView.lines(compartments))
  }
}
