import NetworkTypes

extension FirewallGap {
  /// What is missing, as a clause.
  package var description: String {
    switch self {
    case .rules: "the source does not contain the rules of Windows Firewall"
    case .unreadRules: "the source has rules of Windows Firewall that could not be read"
    }
  }

  /// How to close it.
  package var help: String {
    switch self {
    case .rules:
      "add the output of Get-NetFirewallRule with its filters, or assume the defaults of Windows with "
        + "--assume firewall=defaults"
    case .unreadRules:
      "capture the rules again with all of their filters, or assume that there are no others with "
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
    case .unknownMember: "\(endpoint) has an ACL with the unknown member \(subject)"
    case .contradiction: "the source has different values for \(subject) of \(endpoint)"
    case .vfpRules: "the captured VFP rules of \(endpoint) are not those of its ACLs"
    case .refused: "\(subject) of \(endpoint) was not taken over: \(reason)"
    case .compartment:
      "rules of Windows Firewall are for single compartments, and the source does not state that of \(endpoint)"
    }
  }

  /// How to close it.
  package var help: String {
    switch kind {
    case .isolation: "add the output of Get-HnsNamespace and of Get-HnsEndpoint, which contains State"
    case .cut: "capture it again with ConvertTo-Json -Depth 20"
    case .unknownPolicy, .unknownMember: "its effect on packets is not known"
    case .invalidPolicy:
      "if the host runs another build, `hnsctl import SOURCE --windows NAME --state FILE` makes a state of it"
    case .contradiction, .vfpRules: "capture all parts of the host at the same time"
    case .refused: "check that the source has all networks with their subnets, and capture it again"
    case .compartment:
      "add the output of Get-HnsNamespace, or of Get-HnsEndpoint with ConvertTo-Json -Depth 20"
    }
  }
}

extension MissingObject {
  /// The object in words.
  package var title: String {
    (kind == .endpoint ? "endpoint " : "load balancer ") + (name.isEmpty ? id.lowercase : name)
  }

  /// What is missing, as a clause.
  package var description: String { "the \(title) was not taken over: \(reason)" }

  /// How to close it.
  package var help: String { "capture it again, as a whole" }
}

extension HostGap {
  /// What is missing, as a clause.
  ///
  /// - Parameter endpoint: The name of the endpoint; for gaps of endpoints.
  package func description(_ endpoint: String) -> String {
    switch self {
    case .firewall(let gap): gap.description
    case .endpoint(let gap): gap.description(endpoint)
    case .missing(let object): object.description
    case .uncertainFirewall:
      "it is not certain which packets rules of Windows Firewall match, or which profile applies"
    }
  }

  /// How to close it.
  package var help: String {
    switch self {
    case .firewall(let gap): gap.help
    case .endpoint(let gap): gap.help
    case .missing(let object): object.help
    case .uncertainFirewall: "trace single packets: each verdict that is certain is shown"
    }
  }

  /// The gap as a sentence, with what closes it.
  ///
  /// - Parameter endpoint: The name of the endpoint; for gaps of endpoints.
  package func reason(_ endpoint: String) -> String { "\(description(endpoint)); \(help)" }
}
