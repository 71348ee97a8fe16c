import FilterEngine
import HostModel

/// The fixtures of forms of documents of HNS.
///
/// All describe a host with one container `web`, whose ACLs allow TCP port
/// 80 and block the rest, and say nothing about the firewall.
enum FormRows {
  private static let known: [FormRow.Packet: Verdict] = [80: .unknown, 22: .block]
  private static let defaults: [FormRow.Packet: Verdict] = [80: .allow, 22: .block]

  private static func pods(_ form: InputForm, _ build: Int, _ file: String, _ title: String) -> FormRow {
    FormRow(
      form: form, build: build, files: [file], title: title, verdicts: known, underDefaults: defaults)
  }

  /// Tables beside the documents of what they list, except for a load balancer.
  private static func tables(_ build: Int, _ release: String) -> FormRow {
    FormRow(
      form: .hnsdiagTables, build: build, files: ["hnsdiag/tables-\(release).txt"],
      beside: ["documents/pods-\(release)-ps5.json"], title: "tables of hnsdiag", verdicts: known,
      underDefaults: defaults)
  }

  static let documents: [FormRow] = [
    pods(.windowsPowerShellJSON, 17763, "documents/pods-2019-ps5.json", "HNS network (schema 1)"),
    pods(.windowsPowerShellJSON, 20348, "documents/pods-2022-ps5.json", "HNS endpoint (schema 1)"),
    pods(.windowsPowerShellJSON, 26100, "documents/pods-2025-ps5.json", "HNS namespace (schema 1)"),
    pods(.powerShell7JSON, 17763, "documents/pods-2019-ps7.json", "HNS network (schema 1)"),
    pods(.powerShell7JSON, 20348, "documents/pods-2022-ps7.json", "HNS endpoint (schema 1)"),
    pods(.powerShell7JSON, 26100, "documents/pods-2025-ps7.json", "HNS namespace (schema 1)"),
    pods(.schema2, 17763, "documents/pods-2019-v2.json", "HCN network"),
    pods(.schema2, 20348, "documents/pods-2022-v2.json", "HCN endpoint"),
    // A utility VM, which VFP alone filters.
    FormRow(
      form: .schema2, build: 26100, files: ["documents/pods-2025-v2.json"], title: "HCN namespace",
      verdicts: [80: .allow, 22: .block]),
    pods(.hnsdiag, 17763, "hnsdiag/pods-2019.txt", "HNS endpoint (schema 1)"),
    pods(.hnsdiag, 20348, "hnsdiag/pods-2022.txt", "HNS endpoint (schema 1)"),
    pods(.hnsdiag, 26100, "hnsdiag/pods-2025.txt", "HNS endpoint (schema 1)"),
    tables(17763, "2019"), tables(20348, "2022"), tables(26100, "2025"),
    pods(.rawReplies, 17763, "logs/dockerd-2019.log", "replies of HNS in a log"),
    pods(.rawReplies, 20348, "logs/json-2022.log", "replies of HNS in a log"),
    pods(.rawReplies, 26100, "logs/wrapped-2025.txt", "replies of HNS in a log"),
    pods(.rawReplies, 26100, "logs/go-bytes-2025.log", "lists of bytes in a Go log"),
    // Policies, subnets and the namespace are nested, and so cut: what depends on them is unknown.
    FormRow(
      form: .listView, build: 17763, files: ["lists/pods-2019.txt"], title: "list view of PowerShell",
      verdicts: [80: .unknown, 22: .unknown], underDefaults: [80: .unknown, 22: .unknown]),
    FormRow(
      form: .listView, build: 20348, files: ["lists/endpoint-2022.txt"],
      beside: ["documents/network-2022.json"],
      title: "list view of PowerShell",
      verdicts: [80: .unknown], underDefaults: [80: .allow]),
    FormRow(
      form: .listView, build: 26100, files: ["lists/endpoint-2025.txt"],
      beside: ["documents/network-2025.json"],
      title: "list view of PowerShell",
      verdicts: [80: .unknown], underDefaults: [80: .unknown]),
    // Their firewall.txt has a rule that blocks, and does not say what.
    FormRow(
      form: .collectLogs, build: 17763, files: ["collectlogs-2019/"], title: "vfpctrl",
      verdicts: known, underDefaults: known, compartment: 4),
    FormRow(
      form: .collectLogs, build: 20348, files: ["collectlogs-2022/"], title: "HCN endpoint",
      verdicts: known, underDefaults: known, compartment: 4),
    FormRow(
      form: .collectLogs, build: 26100, files: ["collectlogs-2025/"], title: "Get-NetFirewallRule",
      verdicts: known, underDefaults: known, compartment: 4),
    FormRow(
      form: .hostCapture, build: 17763, files: ["captures/capture-2019.json"],
      title: "ports of hnsctl capture-script", verdicts: [80: .allow, 22: .block, 443: .block],
      compartment: 4,
      kept: ["v2.networks"]),
    FormRow(
      form: .hostCapture, build: 20348, files: ["captures/capture-2022.json"], title: "vfpctrl",
      verdicts: [80: .allow, 22: .block, FormRow.Packet(80, from: "198.51.100.1"): .block], compartment: 4),
    FormRow(
      form: .hostCapture, build: 26100, files: ["captures/capture-2025.json"], title: "Get-NetCompartment",
      verdicts: [80: .allow, 22: .block], compartment: 4),
  ]

  static let tools: [FormRow] = [
    FormRow(
      form: .vfpctrl, build: 17763, files: ["vfp/commands-2019.txt"],
      beside: ["documents/pods-2019-ps7.json"],
      title: "vfpctrl", verdicts: known, underDefaults: defaults),
    FormRow(
      form: .vfpctrl, build: 20348, files: ["vfp/vfpOutput-2022.txt", "vfp/ports-2022.txt"],
      beside: ["documents/pods-2022-ps7.json"], title: "vfpctrl", verdicts: known, underDefaults: defaults),
    FormRow(
      form: .vfpctrl, build: 20348, files: ["vfp/no-port-2022.txt"], beside: ["documents/pods-2022-ps7.json"],
      title: "vfpctrl", verdicts: known, underDefaults: defaults, kept: ["by-hand", "which port"]),
    FormRow(
      form: .vfpctrl, build: 26100, files: ["vfp/changed-2025.txt"], beside: ["documents/pods-2025-ps7.json"],
      title: "vfpctrl", verdicts: [80: .unknown, 22: .unknown], underDefaults: [80: .unknown, 22: .unknown],
      warnings: ["no ACL is the rule 'by-hand'"]),
    FormRow(
      form: .ipconfig, build: 17763, files: ["compartments/ipconfig-2019.txt"],
      beside: ["documents/pods-2019-ps7.json"], title: "ipconfig /allcompartments", verdicts: known,
      underDefaults: defaults, compartment: 6),
    FormRow(
      form: .ipconfig, build: 20348, files: ["compartments/ipconfig-2022.txt"],
      beside: ["documents/pods-2022-ps7.json"], title: "ipconfig /allcompartments", verdicts: known,
      underDefaults: defaults, compartment: 4),
    FormRow(
      form: .ipconfig, build: 26100, files: ["compartments/ipconfig-2025.txt"],
      beside: ["documents/pods-2025-ps7.json"], title: "ipconfig /allcompartments", verdicts: known,
      underDefaults: defaults, warnings: ["are in compartment 9"]),
    FormRow(
      form: .compartments, build: 17763,
      files: ["compartments/list-2019.txt", "compartments/ipconfig-2019.txt"],
      beside: ["documents/pods-2019-ps7.json"], title: "Get-NetCompartment", verdicts: known,
      underDefaults: defaults, compartment: 6),
    FormRow(
      form: .compartments, build: 20348, files: ["compartments/list-2022.txt"],
      beside: ["documents/pods-2022-ps7.json"], title: "Get-NetCompartment", verdicts: known,
      underDefaults: defaults, compartment: 4),
    FormRow(
      form: .compartments, build: 26100, files: ["compartments/list-2025.txt"],
      beside: ["documents/pods-2025-ps7.json"], title: "Get-NetCompartment", verdicts: known,
      underDefaults: defaults, warnings: ["compartment 9 has the id"]),
  ]
}
