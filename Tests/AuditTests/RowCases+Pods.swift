import Audit

extension RowCase {
  private static func hostPath(_ path: String, readOnly: Bool? = nil) -> String {
    let mount =
      readOnly.map { #""volumeMounts": [{"name": "v", "mountPath": "/m", "readOnly": \#($0)}]"# } ?? ""
    return one(mount, pod: #""volumes": [{"name": "v", "hostPath": {"path": "\#(path)"}}]"#)
  }
  private static func paths(_ prefix: String, readOnly: Bool = false) -> String {
    "{allowedHostPaths: [{pathPrefix: '\(prefix)', readOnly: \(readOnly)}]}"
  }
  private static func hostPort(_ port: Int) -> String {
    one(#""ports": [{"containerPort": 80, "hostPort": \#(port)}]"#)
  }
  private static let range = "{minPort: 8000, maxPort: 9000}"
  private static func ingress(_ tls: String?, _ annotation: String?) -> String {
    let annotations =
      annotation.map { #", "annotations": {"kubernetes.io/ingress.allow-http": \#($0)}"# } ?? ""
    return #"{"metadata": {"name": "web"\#(annotations)}, "spec": {\#(tls.map { #""tls": \#($0)"# } ?? "")}}"#
  }
  private static func service(
    _ ports: String, name: String = "web", namespace: String = "default", more: String = ""
  ) -> String {
    #"{"metadata": {"name": "\#(name)", "namespace": "\#(namespace)"}, "spec": {"ports": [\#(ports)]\#(more)}}"#
  }
  private static let http = "{allowedPorts: ['80']}"

  /// The statements of the reference page about pods, ingresses and services (reference: audit, 4).
  static let podsAndServices: [RowCase] = [
    .pass(10, "nothing", one("")),
    .pass(10, "false", one("", pod: #""hostPID": false"#)),
    .fail(10, "hostPID", one("", pod: #""hostPID": true"#)),
    .fail(10, "hostIPC", one("", pod: #""hostIPC": true"#)),
    .pass(10, "hostNetwork", one("", pod: #""hostNetwork": true"#), but: [.aksSafeguards: .fail]),
    .fail(13, "nothing", ingress(nil, nil)),
    .fail(13, "only TLS", ingress("[{}]", nil)),
    .fail(13, "only the annotation", ingress(nil, #""false""#)),
    .pass(13, "both", ingress("[{}]", #""false""#)),
    .fail(13, "an empty list", ingress("[]", #""false""#)),
    .fail(13, "the text true", ingress("[{}]", #""true""#)),
    .fail(13, "a truth value", ingress("[{}]", "false")),
    .pass(21, "an allowed port", service(#"{"port": 80, "targetPort": 8080}"#), http),
    .fail(21, "another port", service(#"{"port": 443}"#), http),
    .pass(21, "another target port", service(#"{"port": 80, "targetPort": 22}"#), http),
    .pass(
      21, "a node port", service(#"{"port": 80, "nodePort": 30007}"#), "{allowedServicePortsList: ['80']}"),
    .fail(
      21, "kubernetes in another namespace", service(#"{"port": 443}"#, name: "kubernetes", namespace: "x"),
      http),
    .pass(21, "no ports", #"{"metadata": {"name": "web"}, "spec": {"type": "ExternalName"}}"#, http),
    .pass(
      21, "a number in the list", service(#"{"port": 80}"#), "{allowedPorts: [80]}", but: [.asc2021: .fail]),
    .pass(22, "nothing", one(""), range),
    .fail(22, "hostNetwork", one("", pod: #""hostNetwork": true"#), range),
    .pass(22, "an allowed hostNetwork", one("", pod: #""hostNetwork": true"#), "{allowHostNetwork: true}"),
    .pass(22, "the lowest port", hostPort(8000), range),
    .pass(22, "the highest port", hostPort(9000), range),
    .fail(22, "above the range", hostPort(9001), range),
    .fail(22, "below the range", hostPort(80), range),
    .pass(22, "a range in a list", hostPort(3500), "{allowedHostPorts: ['80', '3000-5000']}"),
    .fail(22, "a range without its first port", hostPort(1), "{allowedHostPorts: ['-1']}"),
    .pass(22, "0", hostPort(0), "{allowHostNetwork: true}"),
    .pass(23, "no volumes", one(""), "{allowedHostPaths: []}"),
    .pass(
      23, "a volume of another kind", one("", pod: #""volumes": [{"name": "v", "emptyDir": {}}]"#),
      paths("/f")),
    .fail(23, "an empty list", hostPath("/foo"), "{allowedHostPaths: []}"),
    .pass(23, "below a path", hostPath("/foo/bar"), paths("/foo")),
    .pass(23, "the policy's form", hostPath("/foo"), "{allowedHostPaths: {paths: [{pathPrefix: /foo}]}}"),
    .fail(23, "a longer name", hostPath("/fool"), paths("/foo")),
    .fail(23, "written, but read-only", hostPath("/foo", readOnly: false), paths("/foo", readOnly: true)),
    .pass(23, "read-only", hostPath("/foo", readOnly: true), paths("/foo", readOnly: true)),
    .pass(23, "read-only and not mounted", hostPath("/foo"), paths("/foo", readOnly: true)),
    .fail(23, "a path with ..", hostPath("/foo/../etc"), paths("/foo"), but: [.asc2021: .pass]),
    .pass(23, "below the root", hostPath("/foo"), paths("/"), but: [.asc2021: .fail]),
  ]
}
