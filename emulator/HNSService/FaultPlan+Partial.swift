package import HNSEmulator
import JSONText

extension ServiceCall {
  /// The call with only the first half of its list, or unchanged if it has none.
  ///
  /// The list is the first one of `lists` below, in document order, with at least two elements; half of an
  /// odd number is rounded down.
  package var firstHalf: ServiceCall {
    switch self {
    case .create(let kind, let id, let network, let settings):
      .create(kind, id: id, network: network, settings: settings.withFirstListHalved ?? settings)
    case .modify(let kind, let id, let settings):
      .modify(kind, id, settings: settings.withFirstListHalved ?? settings)
    case .hns(let method, let path, let request):
      .hns(method: method, path: path, request: request?.withFirstListHalved ?? request)
    default: self
    }
  }
}

extension JSON {
  /// The lists of a request that a service could process in part.
  private static let lists: Set<String> = ["Policies", "Subnets", "IpSubnets", "PortMappings"]

  /// The document with the first of those lists cut in half; nil if there is none.
  fileprivate var withFirstListHalved: JSON? {
    switch self {
    case .array(var elements):
      for index in elements.indices {
        guard let halved = elements[index].withFirstListHalved else { continue }
        elements[index] = halved
        return .array(elements)
      }
    case .object(let object):
      var members = object.members
      for index in members.indices {
        if Self.lists.contains(members[index].key), let list = members[index].value.array, list.count > 1 {
          members[index].value = .array(Array(list.prefix(list.count / 2)))
          return .object(JSONObject(members))
        }
        guard let halved = members[index].value.withFirstListHalved else { continue }
        members[index].value = halved
        return .object(JSONObject(members))
      }
    default: break
    }
    return nil
  }
}

extension SharedService {
  /// Performs a call with an injected fault.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - fault: The fault; nil for none.
  /// - Returns: The reply to the caller; nil if the call is never answered.
  package func perform(_ call: ServiceCall, with fault: Fault?) -> ServiceReply? {
    switch fault {
    case nil: return perform(call)
    case .hanging: return nil
    case .refused(let code):
      return ServiceReply(error: HCNError(code, detail: "this call was made to fail"))
    case .partial(let code):
      _ = perform(call.firstHalf)
      return ServiceReply(error: HCNError(code, detail: "this call was made to fail half-way"))
    }
  }
}
