import Audit

extension RowCase {
  private static let limits = #"{cpuLimit: 500m, memoryLimit: 1Gi}"#
  private static func limit(_ cpu: String, _ memory: String) -> String {
    one(#""resources": {"limits": {"cpu": \#(cpu), "memory": \#(memory)}}"#)
  }
  private static let acr = #"{imageRegex: '^[^\/]+\.azurecr\.io\/.+$'}"#
  private static func image(_ name: String) -> String {
    podText(containers: #"{"name": "app", "image": "\#(name)"}"#)
  }
  private static func context(_ members: String) -> String { one(#""securityContext": {\#(members)}"#) }
  private static func ports(_ members: String) -> String { one(#""ports": [\#(members)]"#) }
  private static func appArmor(_ container: String, _ profile: String) -> String {
    one(
      "",
      metadata:
        #""annotations": {"container.apparmor.security.beta.kubernetes.io/\#(container)": "\#(profile)"}"#)
  }
  private static let runtime = "{allowedProfiles: [runtime/default]}"
  /// The statements of the reference page about containers (reference: audit, 4).
  static let containers: [RowCase] = [
    .pass(4, "below the limits", limit("\"250m\"", "\"512Mi\""), limits),
    .pass(4, "equal to the limits", limit("\"500m\"", "\"1Gi\""), limits),
    .pass(4, "a suffix of ten", limit("\"500m\"", "\"1G\""), limits),
    .fail(4, "no resources", one(""), limits),
    .fail(4, "only memory", one(#""resources": {"limits": {"memory": "1Gi"}}"#), limits),
    .fail(4, "too much CPU", limit("1", "\"1Gi\""), limits),
    .fail(4, "too much memory", limit("\"500m\"", "\"1025Mi\""), limits),
    .fail(4, "only requests", one(#""resources": {"requests": {"cpu": "1m", "memory": "1Mi"}}"#), limits),
    .fail(
      4, "an init container without limits",
      one(
        #""resources": {"limits": {"cpu": "1m", "memory": "1Mi"}}"#,
        pod: #""initContainers": [{"name": "init", "image": "i"}]"#), limits),
    .pass(4, "a decimal text", limit("\"0.5\"", "\"1Gi\""), limits, but: [.asc2021: .fail]),
    .pass(4, "a decimal number", limit("0.5", "\"1Gi\""), limits),
    .pass(4, "the suffix k", limit("\"1m\"", "\"1000k\""), limits, but: [.asc2021: .fail]),
    .pass(4, "a decimal amount of memory", limit("\"1m\"", "\"0.5Gi\""), limits, but: [.asc2021: .fail]),
    .pass(4, "an exponent", limit("\"1m\"", "\"1e6\""), limits, but: [.asc2021: .fail]),
    .fail(4, "an amount beyond any limit", limit("\"1e30\"", "\"1Gi\""), limits),
    .pass(
      4, "an exponent that moves a small number",
      limit("\"0.0000000000000000000000000000001e30\"", "\"1e-9\""), limits, but: [.asc2021: .fail]),
    .pass(4, "limits of 0", limit("\"0\"", "\"0\""), limits),
    .pass(5, "a registry of Azure", image("myreg.azurecr.io/a:1"), acr),
    .fail(5, "a short name", image("nginx"), acr),
    .fail(5, "a registry whose name only contains it", image("evil.azurecr.io.attacker.com/a"), acr),
    .pass(
      5, "a Windows base image", image("mcr.microsoft.com/windows/nanoserver:ltsc2022"),
      #"{allowedContainerImagesRegex: '^([^\/]+\.azurecr\.io|mcr\.microsoft\.com)\/.+$'}"#),
    .pass(9, "false", context(#""allowPrivilegeEscalation": false"#)),
    .fail(9, "true", context(#""allowPrivilegeEscalation": true"#)),
    .fail(9, "an empty context", context("")),
    .fail(9, "no context", one("")),
    .fail(
      9, "an ephemeral container",
      one(
        #""securityContext": {"allowPrivilegeEscalation": false}"#,
        pod:
          #""ephemeralContainers": [{"name": "debug", "securityContext": {"allowPrivilegeEscalation": true}}]"#
      ),
      but: [.asc2021: .pass]),
    .pass(11, "an allowed port", ports(#"{"containerPort": 8080}"#), "{allowedPorts: ['8080']}"),
    .pass(11, "UDP", ports(#"{"containerPort": 8080, "protocol": "UDP"}"#), "{allowedPorts: ['8080']}"),
    .pass(11, "no ports", one(""), "{allowedContainerPortsList: ['8080']}"),
    .fail(11, "another port", ports(#"{"containerPort": 8081}"#), "{allowedPorts: ['8080']}"),
    .fail(
      11, "one of two ports", ports(#"{"containerPort": 8080}, {"containerPort": 8081}"#),
      "{allowedPorts: ['8080']}"),
    .fail(11, "a number in the list", ports(#"{"containerPort": 8080}"#), "{allowedPorts: [8080]}"),
    .pass(12, "true", context(#""readOnlyRootFilesystem": true"#)),
    .fail(12, "false", context(#""readOnlyRootFilesystem": false"#)),
    .fail(12, "an empty context", context("")),
    .fail(12, "no context", one("")),
    .pass(16, "none added", one(""), "{allowedCapabilities: []}"),
    .fail(
      16, "one added", context(#""capabilities": {"add": ["NET_ADMIN"]}"#), "{allowedCapabilities: []}"),
    .pass(
      16, "an allowed one", context(#""capabilities": {"add": ["NET_BIND_SERVICE"]}"#),
      "{allowedCapabilities: [NET_BIND_SERVICE]}"),
    .pass(
      16, "all allowed", context(#""capabilities": {"add": ["SYS_ADMIN"]}"#), "{allowedCapabilities: ['*']}"),
    .fail(16, "nothing dropped", one(""), "{requiredDropCapabilities: [ALL]}"),
    .pass(
      16, "ALL dropped", context(#""capabilities": {"drop": ["ALL"]}"#), "{requiredDropCapabilities: [ALL]}"),
    .pass(
      16, "ALL in place of one", context(#""capabilities": {"drop": ["ALL"]}"#),
      "{requiredDropCapabilities: [NET_RAW]}", but: [.asc2021: .fail]),
    .pass(
      16, "another case", context(#""capabilities": {"drop": ["net_raw"]}"#),
      "{requiredDropCapabilities: [NET_RAW]}", but: [.asc2021: .fail]),
    .pass(17, "the default", appArmor("app", "runtime/default"), runtime),
    .fail(17, "unconfined", appArmor("app", "unconfined"), runtime),
    .pass(17, "nothing", one(""), runtime, but: [.asc2021: .fail]),
    .pass(17, "another container", appArmor("other", "runtime/default"), runtime, but: [.asc2021: .fail]),
    .pass(
      17, "the field", context(#""appArmorProfile": {"type": "RuntimeDefault"}"#), runtime,
      but: [.asc2021: .fail]),
    .fail(17, "a field of Unconfined", context(#""appArmorProfile": {"type": "Unconfined"}"#), runtime),
    .pass(
      17, "a star", appArmor("app", "localhost/x"), "{allowedProfiles: ['localhost/*']}",
      but: [.asc2021: .fail]),
    .pass(18, "nothing", one("")),
    .pass(18, "false", context(#""privileged": false"#)),
    .fail(18, "true", context(#""privileged": true"#)),
    .fail(18, "the text true", context(#""privileged": "true""#)),
    .fail(
      18, "an init container",
      one("", pod: #""initContainers": [{"name": "i", "securityContext": {"privileged": true}}]"#)),
    .pass(20, "a user of the container", context(#""runAsUser": 1000"#)),
    .pass(20, "a user of the pod", one("", pod: #""securityContext": {"runAsUser": 1000}"#)),
    .fail(20, "nothing", one("")),
    .fail(20, "0", context(#""runAsUser": 0"#)),
    .fail(
      20, "0 in place of the pod's",
      one(#""securityContext": {"runAsUser": 0}"#, pod: #""securityContext": {"runAsUser": 1000}"#)),
    .fail(
      20, "the group 0", context(#""runAsUser": 1000, "runAsGroup": 0"#),
      but: [.aksSafeguards: .pass, .mcsbV2Preview: .pass]),
    .fail(
      20, "a supplemental group of 0",
      one("", pod: #""securityContext": {"runAsUser": 1000, "supplementalGroups": [0]}"#),
      but: [.aksSafeguards: .pass, .mcsbV2Preview: .pass]),
    .fail(
      20, "a group of volumes above the range",
      one("", pod: #""securityContext": {"runAsUser": 1000, "fsGroup": 70000}"#),
      but: [.mcsbCurrent: .pass, .aksSafeguards: .pass, .mcsbV2Preview: .pass]),
    .fail(
      20, "a group of volumes of 0",
      one("", pod: #""securityContext": {"runAsUser": 1000, "fsGroup": 0}"#),
      but: [.aksSafeguards: .pass, .mcsbV2Preview: .pass]),
    .fail(
      20, "no group where one is required", context(#""runAsUser": 1000"#),
      "{runAsGroup: {rule: MustRunAs, ranges: [{min: 1, max: 65535}]}}"),
    .pass(
      20, "the policy's names", context(#""runAsUser": 1000, "runAsGroup": 5"#),
      "{runAsGroupRule: MustRunAs, runAsGroupRanges: {ranges: [{min: 1, max: -1}]}}"),
    .pass(20, "runAsNonRoot alone", context(#""runAsNonRoot": true"#), but: [.asc2021: .fail]),
  ]
}
