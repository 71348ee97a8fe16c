/// The kinds of objects the service keeps.
public enum HCNObjectKind: String, CaseIterable, Sendable, Hashable {
  case network
  case endpoint
  case namespace

  /// What opening or deleting a missing object of this kind answers; for a namespace Win32's code
  /// (reference: hns, 0 rule 5).
  var notFound: HCNErrorCode {
    switch self {
    case .network: .networkNotFound
    case .endpoint: .endpointNotFound
    case .namespace: .elementNotFound
    }
  }
}
