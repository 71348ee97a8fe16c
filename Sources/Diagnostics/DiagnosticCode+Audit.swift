extension DiagnosticCode {
  /// Codes about the input of an audit; the recommendations themselves have a catalogue of their own.
  static let auditCodes: [DiagnosticCode] = [
    auditParameter, auditNotRecognized, auditManifestType, auditSourceNotUsed, auditSuppression,
    auditBaseline,
    auditHostProcess, auditHostNetworkIgnored, auditPortUnreachable, auditRegistryPublic,
    auditRegistryUnreachable,
  ]

  package static let auditParameter = DiagnosticCode(
    "audit-parameter",
    summary: "A parameter of an audit is not valid.",
    explanation: """
      A file of parameters has a mapping for each row, by its number or its code, with the names of the \
      policy's parameters. A name that does not exist, or a value of another type, is an error, because \
      the row would be evaluated with other parameters than intended.
      """)

  package static let auditNotRecognized = DiagnosticCode(
    "audit-not-recognized",
    summary: "A file contains nothing that an audit knows.",
    explanation: """
      A file is recognized by its contents. Known are Kubernetes objects (with apiVersion and \
      kind) as YAML or JSON, resources of Azure as Resource Manager returns them or `az` prints them, ARM \
      templates, Defender plans and assessments. In a folder such a file is only noted.
      """)

  package static let auditManifestType = DiagnosticCode(
    "audit-manifest-type",
    summary: "A member of a Kubernetes object has another type than Kubernetes accepts.",
    explanation: """
      The API server rejects such an object, so nothing can be said about it: `containers: [app]` names no \
      image, and a text in place of a list has no elements. The rest of the object, and of the file, is \
      evaluated. Values that are missing or null have their defaults.
      """)

  package static let auditSuppression = DiagnosticCode(
    "audit-suppression", severity: .warning,
    summary: "A suppression of a finding has no effect.",
    explanation: """
      A finding is accepted with an annotation `hnsctl.dev/skip-CODE: "reason; until=DATE"` of the object, \
      or with an entry of a file. One without a reason, with an unknown code or with a date in the past \
      accepts nothing, and one that no finding needs would hide the next one.
      """)

  package static let auditBaseline = DiagnosticCode(
    "audit-baseline", severity: .warning,
    summary: "The baseline of an audit was made with another benchmark.",
    explanation: """
      A finding is known by the policy definition that it is of, the resource and the path. Benchmarks share \
      some definitions and not others, so some findings count as new although nothing changed, and others are \
      known that were accepted for another reason.
      """)

  package static let auditSourceNotUsed = DiagnosticCode(
    "audit-source-not-used", severity: .note,
    summary: "A profile, a state or a capture has nothing of what is audited.",
    explanation: """
      The rules of a host are joined with the pods, services, ingresses and clusters of the audit. A pod is \
      the endpoint with its address, the one named NAMESPACE/NAME, or the pod or container of its name; a \
      plain name that pods of several namespaces have decides nothing. On this host there is none of them.
      """)

  package static let auditHostProcess = DiagnosticCode(
    "audit-host-process", severity: .warning,
    summary: "The API server rejects a pod with HostProcess containers.",
    explanation: """
      If one container of a pod is a HostProcess container, all of them must be, the pod must have \
      hostNetwork: true, and none can have runAsNonRoot: true. A container's own hostProcess counts before \
      that of the pod.
      """)

  package static let auditHostNetworkIgnored = DiagnosticCode(
    "audit-host-network-ignored", severity: .note,
    summary: "A Windows pod has hostNetwork and no HostProcess containers.",
    explanation: """
      On Windows only pods with HostProcess containers use the network of their node. Another pod has an \
      endpoint of its own, whatever hostNetwork says, and the rules of that endpoint bind it.
      """)

  package static let auditPortUnreachable = DiagnosticCode(
    "audit-port-unreachable", severity: .note,
    summary: "A port that a manifest declares is blocked from everywhere outside the host.",
    explanation: """
      A declared port is information, and opens nothing. No packet from outside the host reaches this one: \
      either the rules are too narrow, or the port is not meant to be reached from there.
      """)

  package static let auditRegistryPublic = DiagnosticCode(
    "audit-registry-public", severity: .warning,
    summary: "A registry has a private endpoint, and rules still allow HTTPS to its public addresses.",
    explanation: """
      Pods that may send HTTPS to public addresses go past the private endpoint of a registry, and reach every other \
      registry too. The addresses are those of the parameter registryAddresses of row 8; without it, rules \
      that allow every public address certainly allow the registry's own.
      """)

  package static let auditRegistryUnreachable = DiagnosticCode(
    "audit-registry-unreachable", severity: .note,
    summary: "Images of a registry are allowed, and the node cannot reach it.",
    explanation: """
      The node pulls images over HTTPS, and the firewall of its own compartment decides about that. No packet \
      to the addresses in the parameter registryAddresses of row 5, or to any public address, leaves the \
      node: either the rules are too narrow, or the images are there already.
      """)
}
