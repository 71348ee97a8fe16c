import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

extension HostAssembly {
  mutating func adopt(network object: CapturedObject, on service: inout HostNetworkingService) {
    do throws(HCNError) {
      let adoption = try service.adopt(network: object.document)
      note(adoption, of: object)
    } catch { keep(object, because: error.reason) }
  }

  mutating func adopt(endpoint object: CapturedObject, on service: inout HostNetworkingService) {
    do throws(HCNError) {
      var document = object.document
      // The network of the other document, where one was cut off.
      if case .object(var members) = document, members["HostComputeNetwork"] == nil,
        members["VirtualNetwork"] == nil,
        let network = object["VirtualNetwork"] ?? object["HostComputeNetwork"]
      {
        members[object.v2 == nil ? "VirtualNetwork" : "HostComputeNetwork"] = network
        document = .object(members)
      }
      let adoption = try service.adopt(endpoint: document)
      note(adoption, of: object)
      if object.isCut("Policies") { gaps.add(EndpointGap(.cut, "Policies"), to: object.id) }
      addPolicyGaps(adoption.refused, to: object.id)
      addNetworkGaps(of: object)
    } catch { keep(object, because: error.reason) }
  }

  mutating func adopt(loadBalancer object: CapturedObject, on service: inout HostNetworkingService) {
    do throws(HCNError) {
      note(try service.adopt(loadBalancer: object.document), of: object)
    } catch { keep(object, because: error.reason) }
  }

  /// Policies that were refused and on which packets can depend are gaps of the endpoint.
  private mutating func addPolicyGaps(_ refused: [RefusedPolicy], to endpoint: GUID) {
    for policy in refused where policy.affectsPackets {
      gaps.add(
        policy.isUnknownType
          ? EndpointGap(.unknownPolicy, policy.type)
          : EndpointGap(.invalidPolicy, policy.type, reason: policy.reason), to: endpoint)
    }
  }

  /// What is not known of a network's policies is not known of its endpoints.
  private mutating func addNetworkGaps(of endpoint: CapturedObject) {
    let text = endpoint["VirtualNetwork"]?.string ?? endpoint["HostComputeNetwork"]?.string ?? ""
    guard let id = GUID(text) else { return }
    for gap in networkGaps[id] ?? [] { gaps.add(gap, to: endpoint.id) }
  }

  /// Reports what of a document was not taken, and what was made up.
  private mutating func note(_ adoption: Adoption, of object: CapturedObject) {
    let title =
      object.name.isEmpty ? "\(object.title) \(object.id.lowercase)" : "\(object.title) \(object.name)"
    for departure in adoption.departures { madeUp.append("\(title): \(departure)") }
    for policy in adoption.refused {
      let message = "a policy of type '\(policy.type)' of the \(title) was not taken over: \(policy.reason)"
      report(.captureUnread, message, at: object.place)
      gaps.unread.append(
        UnreadPart(place: "\(object.place)", reason: message, text: policy.document.text()))
      if object.kind == .network, policy.affectsPackets {
        networkGaps[object.id, default: []].append(
          policy.isUnknownType
            ? EndpointGap(.unknownPolicy, policy.type)
            : EndpointGap(.invalidPolicy, policy.type, reason: policy.reason))
      }
    }
    if object.kind == .network, object.isCut("Policies") {
      networkGaps[object.id, default: []].append(EndpointGap(.cut, "Policies"))
    }
  }
}
