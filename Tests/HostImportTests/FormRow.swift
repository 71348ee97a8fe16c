import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel

/// A form in which hosts are captured, as issue and documentation list them.
enum InputForm: String, CaseIterable {
  case windowsPowerShellJSON = "Get-Hns* | ConvertTo-Json of Windows PowerShell 5.1"
  case powerShell7JSON = "Get-Hns* | ConvertTo-Json of PowerShell 7"
  case schema2 = "HCN documents"
  case collectLogs = "a folder of collectlogs.ps1"
  case hnsdiag = "hnsdiag list -d and -df"
  case hnsdiagTables = "hnsdiag list"
  case rawReplies = "replies of HNS in a log"
  case listView = "list view of PowerShell"
  case firewallRulesBesideFilters = "Get-NetFirewallRule beside its filters"
  case firewallRulesWithFilters = "Get-NetFirewallRule with its filters inside"
  case firewallRuleList = "Get-NetFirewallRule in list view"
  case firewallProfiles = "Get-NetFirewallProfile"
  case netsh = "netsh advfirewall firewall show rule"
  case registryExport = "registry export"
  case registryHive = "netsh advfirewall export"
  case wfpState = "netsh wfp show state"
  case vfpctrl
  case ipconfig = "ipconfig /allcompartments"
  case compartments = "Get-NetCompartment"
  case hostCapture = "hnsctl capture-script"
}

/// Fixtures in one form, with what the host that they describe does.
struct FormRow: CustomStringConvertible {
  /// The form that the row is about.
  var form: InputForm
  /// The build of Windows that the host has.
  var build: Int
  /// The files in the form, by their paths in the folder of fixtures; a folder ends with `/`.
  var files: [String]
  /// The files that are needed beside them, such as documents of endpoints beside firewall rules.
  var beside: [String] = []
  /// A title under which the reader counts the form.
  var title: String
  /// The verdicts for packets from an address to a port of the endpoint `web`.
  var verdicts: [Packet: Verdict]
  /// The verdicts if the firewall has the platform's defaults; nil for those not asked.
  var underDefaults: [Packet: Verdict] = [:]
  /// The number of the compartment of `web`; nil if it is not asked.
  var compartment: UInt32?
  /// Texts of which each is in a part that is kept and not evaluated, or in its reason.
  var kept: [String] = []
  /// Texts of which each is in a warning.
  var warnings: [String] = []

  /// A TCP packet.
  struct Packet: Hashable {
    var from: String
    var port: UInt16

    init(_ port: UInt16, from: String = "10.1.2.3") {
      self.port = port
      self.from = from
    }
  }

  var description: String { "\(form), \(files.joined(separator: ", "))" }
}

extension FormRow.Packet: ExpressibleByIntegerLiteral {
  init(integerLiteral port: UInt16) { self.init(port) }
}
