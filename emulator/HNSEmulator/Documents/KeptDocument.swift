import HostModel

/// The contents of a client's document, as the service stores them.
@dynamicMemberLookup
struct KeptDocument<Document: Hashable & Sendable>: Hashable, Sendable {
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  var document: Document

  subscript<Value>(dynamicMember member: WritableKeyPath<Document, Value>) -> Value {
    get { document[keyPath: member] }
    set { document[keyPath: member] = newValue }
  }

  subscript<Value>(dynamicMember member: KeyPath<Document, Value>) -> Value { document[keyPath: member] }
}

/// The service's record of a load balancer.
typealias LoadBalancerObject = KeptDocument<HostComputeLoadBalancer>

/// The service's record of a route of the software defined network (reference: hns, 1.7).
typealias RouteObject = KeptDocument<HostComputeRoute>

/// A guest network service as the service keeps it (reference: hns, 1.7).
///
/// Mirroring is not emulated. The object stores what a client sets, and sends notifications of its state.
typealias GuestNetworkServiceObject = KeptDocument<HostComputeGuestNetworkService>
