extension FirewallGap {
  /// What is missing, as a clause.
  package var description: String {
    switch self {
    case .rules: "the source does not contain the rules of Windows Firewall"
    }
  }

  /// How to close it.
  package var help: String {
    switch self {
    case .rules:
      "add the output of Get-NetFirewallRule with its filters, or assume the defaults of Windows with "
        + "--assume firewall=defaults"
    }
  }
}

extension EndpointGap {
  /// What is missing, as a clause.
  ///
  /// - Parameter endpoint: The name of the endpoint.
  package func description(_ endpoint: String) -> String {
    switch kind {
    case .isolation:
      "the source does not say whether the container of \(endpoint) is process or Hyper-V isolated"
    case .cut: "\(subject) of \(endpoint) is cut off in the source"
    case .unknownPolicy: "\(endpoint) has a policy of the unknown type \(subject)"
    case .invalidPolicy: "a policy \(subject) of \(endpoint) is not valid on this build: \(reason)"
    case .contradiction: "the source has different values for \(subject) of \(endpoint)"
    case .vfpRules: "the captured VFP rules of \(endpoint) are not those of its ACLs"
    }
  }

  /// How to close it.
  package var help: String {
    switch kind {
    case .isolation: "add the output of Get-HnsNamespace and of Get-HnsEndpoint, which contains State"
    case .cut: "capture it again with ConvertTo-Json -Depth 20"
    case .unknownPolicy: "its effect on packets is not known"
    case .invalidPolicy: "give the build of the host with --windows if it is another"
    case .contradiction, .vfpRules: "capture all parts of the host at the same time"
    }
  }
}

extension HostGap {
  /// What is missing, as a clause.
  ///
  /// - Parameter endpoint: The name of the endpoint; for gaps of endpoints.
  package func description(_ endpoint: String) -> String {
    switch self {
    case .firewall(let gap): gap.description
    case .endpoint(let gap): gap.description(endpoint)
    }
  }

  /// How to close it.
  package var help: String {
    switch self {
    case .firewall(let gap): gap.help
    case .endpoint(let gap): gap.help
    }
  }

  /// The gap as a sentence, with what closes it.
  ///
  /// - Parameter endpoint: The name of the endpoint; for gaps of endpoints.
  package func reason(_ endpoint: String) -> String { "\(description(endpoint)); \(help)" }
}
