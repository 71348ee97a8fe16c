/// The policy definitions for Windows pods that take the place of rows whose fields Windows rejects
/// (reference: audit, 1 and 10).
package enum WindowsDefinition: String, Sendable, CaseIterable {
  case hostProcess = "077f0ce1-86d6-4058-bc60-de05067e8622"
  case containerAdministrator = "5485eac0-7e8f-4964-998b-a44f4f0c1e75"
  case allowedUsers = "57dde185-5c62-4063-b965-afbb201e9c1c"
  case requests = "a2abc456-f0ae-464b-bd3a-07a3cdbd7fb1"

  package var name: String {
    switch self {
    case .hostProcess: "Windows HostProcess containers"
    case .containerAdministrator: "Windows containers that run as ContainerAdministrator"
    case .allowedUsers: "Windows containers and the users they may run as"
    case .requests: "Windows containers whose requests exceed their limits"
    }
  }

  /// The initiative that has it; none of them is in the cloud security benchmark.
  package var benchmark: String {
    switch self {
    case .hostProcess, .containerAdministrator: AuditBenchmark.aksSafeguards.rawValue
    case .allowedUsers, .requests: AuditBenchmark.noInitiative
    }
  }

  /// What to do about a finding.
  package var remediation: String {
    switch self {
    case .hostProcess:
      "Remove windowsOptions.hostProcess from the pod and its containers, or run the work on the node itself."
    case .containerAdministrator:
      "Set securityContext.windowsOptions.runAsUserName to ContainerUser, or runAsNonRoot to true."
    case .allowedUsers:
      "Set securityContext.windowsOptions.runAsUserName to ContainerUser."
    case .requests:
      "Set the request to at most the limit, or remove it."
    }
  }
}
