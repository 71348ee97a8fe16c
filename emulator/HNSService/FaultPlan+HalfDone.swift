package import HNSEmulator
import JSONText

extension ServiceCall {
  /// The call with the first half of the list it carries, or itself where it carries none.
  ///
  /// The list is the first of the lists below, in document order, that has at least two elements; of an odd
  /// number the smaller part is done.
  package var firstHalf: ServiceCall {
    switch self {
    case .create(let kind, let id, let network, let settings):
      .create(kind, id: id, network: network, settings: settings.withHalfAList ?? settings)
    case .modify(let kind, let id, let settings):
      .modify(kind, id, settings: settings.withHalfAList ?? settings)
    case .hns(let method, let path, let request):
      .hns(method: method, path: path, request: request?.withHalfAList ?? request)
    default: self
    }
  }
}

extension JSON {
  /// The lists of a request of which a service could have done a part.
  private static let lists: Set<String> = ["Policies", "Subnets", "IpSubnets", "PortMappings"]

  /// The document with the first of those lists cut to half; nil where there is none.
  fileprivate var withHalfAList: JSON? {
    switch self {
    case .array(var elements):
      for index in elements.indices {
        guard let halved = elements[index].withHalfAList else { continue }
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
        guard let halved = members[index].value.withHalfAList else { continue }
        members[index].value = halved
        return .object(JSONObject(members))
      }
    default: break
    }
    return nil
  }
}

extension SharedService {
  /// Carries out a call with what goes wrong with it.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - fault: What goes wrong; nil where nothing does.
  /// - Returns: What the caller is told; nil where nothing is.
  package func perform(_ call: ServiceCall, with fault: Fault?) -> ServiceReply? {
    switch fault {
    case nil: return perform(call)
    case .hanging: return nil
    case .refused(let code):
      return ServiceReply(error: HCNError(code, detail: "this call was made to fail"))
    case .halfDone(let code):
      _ = perform(call.firstHalf)
      return ServiceReply(error: HCNError(code, detail: "this call was made to fail half-way"))
    }
  }
}
