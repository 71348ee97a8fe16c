/// The adapter that a switch adds to the host, which stands for the adapter of the switch in later networks
/// (reference: hns, 10.2).
package enum VirtualAdapter {
  /// The physical adapter that a name refers to: `Ethernet` for `vEthernet (Ethernet)`.
  package static func physical(_ name: String) -> String {
    guard name.hasPrefix("vEthernet ("), name.hasSuffix(")") else { return name }
    let inner = name.dropFirst(11).dropLast()
    return inner.isEmpty ? name : String(inner)
  }
}
