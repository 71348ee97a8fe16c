public import JSONText
public import NetworkTypes

/// A notification of the service to registered callbacks (reference: hns, 3).
public struct ServiceNotification: Hashable, Sendable {
  /// The kind of event, with the number that callbacks receive.
  public enum Kind: UInt32, Sendable, Hashable, CaseIterable {
    case networkPreCreate = 1
    case networkCreate = 2
    /// Before a deletion, even if the deletion then fails.
    case networkPreDelete = 3
    case networkDelete = 4
    case namespaceCreate = 5
    case namespaceDelete = 6
    case guestNetworkServiceCreate = 7
    case guestNetworkServiceDelete = 8
    case networkEndpointAttached = 9
    case networkEndpointDetached = 0x10
    case guestNetworkServiceStateChanged = 0x11
    case guestNetworkServiceInterfaceStateChanged = 0x12
    /// The service stopped; callbacks must be registered again.
    case serviceDisconnect = 0x0100_0000

    /// The name of the number in headers, without the common prefix.
    public var name: String {
      switch self {
      case .networkPreCreate: "NetworkPreCreate"
      case .networkCreate: "NetworkCreate"
      case .networkPreDelete: "NetworkPreDelete"
      case .networkDelete: "NetworkDelete"
      case .namespaceCreate: "NamespaceCreate"
      case .namespaceDelete: "NamespaceDelete"
      case .guestNetworkServiceCreate: "GuestNetworkServiceCreate"
      case .guestNetworkServiceDelete: "GuestNetworkServiceDelete"
      case .networkEndpointAttached: "NetworkEndpointAttached"
      case .networkEndpointDetached: "NetworkEndpointDetached"
      case .guestNetworkServiceStateChanged: "GuestNetworkServiceStateChanged"
      case .guestNetworkServiceInterfaceStateChanged: "GuestNetworkServiceInterfaceStateChanged"
      case .serviceDisconnect: "ServiceDisconnect"
      }
    }
  }

  /// The kind of event.
  public let kind: Kind
  /// The affected object; zero if there is none.
  public let object: GUID
  /// The flags of a network.
  public let flags: UInt32
  /// The HRESULT of the event.
  public let status: UInt32

  /// Creates a notification.
  ///
  /// - Parameters:
  ///   - kind: The kind of event.
  ///   - object: The affected object.
  ///   - flags: The flags of a network.
  ///   - status: The HRESULT of the event.
  public init(_ kind: Kind, object: GUID = .zero, flags: UInt32 = 0, status: UInt32 = 0) {
    self.kind = kind
    self.object = object
    self.flags = flags
    self.status = status
  }

  /// The document passed to a callback; nil if there is none.
  public var data: JSON? {
    guard kind != .serviceDisconnect else { return nil }
    return ["ID": .string(object.uppercase), "Flags": .integer(Int64(flags))]
  }
}
