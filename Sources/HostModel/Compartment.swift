public import NetworkTypes

/// A network compartment of a TCP/IP stack, as listed by Get-NetCompartment.
///
/// A compartment is a number that exists once something runs in it; a namespace is an HNS object with
/// a GUID. The two are not the same thing (reference: windows-firewall-and-vfp, 1; hns, 6.4).
public struct Compartment: Hashable, Sendable {
  /// The stack a compartment belongs to.
  public enum Stack: Hashable, Sendable {
    /// The container host's stack.
    case host
    /// The stack of the utility VM of a Hyper-V isolated container or pod, identified by its namespace.
    case utilityVM(GUID)
  }

  /// The number; 1 is the default compartment of its stack.
  public var id: UInt32
  /// The description, `Default Compartment` for number 1.
  public var description: String
  /// The compartment's GUID; for a container's that of its namespace object (`NamespaceGuid`).
  public var guid: GUID
  /// The stack it belongs to.
  public var stack: Stack
  /// The HNS namespace it was opened for; nil for a default compartment.
  public var namespace: GUID?
  /// The containers that run in it, in the order they started.
  public var containers: [String]

  /// Makes a compartment.
  ///
  /// - Parameters:
  ///   - id: The number.
  ///   - description: The description.
  ///   - guid: The compartment's GUID.
  ///   - stack: The stack it belongs to.
  ///   - namespace: The HNS namespace it was opened for.
  ///   - containers: The containers that run in it.
  public init(
    id: UInt32, description: String, guid: GUID, stack: Stack = .host, namespace: GUID? = nil,
    containers: [String] = []
  ) {
    self.id = id
    self.description = description
    self.guid = guid
    self.stack = stack
    self.namespace = namespace
    self.containers = containers
  }

  /// The description of the distributed router's compartment on hosts with overlay networks
  /// (reference: windows-firewall-and-vfp, 10.4).
  public static let routerDescription = "DR"

  /// The host's default compartment with its documented GUID (reference: windows-firewall-and-vfp, 1.1).
  public static let hostDefault = Compartment(
    id: 1, description: "Default Compartment", guid: GUID(0xb106_2982_2b18_4b4f_b3d5_a78d_db9c_dd49))
}
