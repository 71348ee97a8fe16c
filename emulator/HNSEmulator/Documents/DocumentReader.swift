import HostModel
import JSONText
import NetworkTypes

/// Reads the members of one object of a document.
///
/// A member of the wrong type is refused with the error code of the object; unknown members are tolerated
/// (reference: hns, 1.1). A null counts as absent. Member names are case-sensitive.
struct DocumentReader {
  let object: JSONObject
  /// The error code for a member of the wrong type.
  let code: HCNErrorCode

  init(_ document: JSON, _ code: HCNErrorCode) throws(HCNError) {
    guard let object = document.object else {
      throw HCNError(.invalidJSON, detail: "the document must be an object, not \(document.kind)")
    }
    self.object = object
    self.code = code
  }

  /// The member's value, nil if it is absent or null.
  func value(_ key: String) -> JSON? {
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  func failure(_ key: String, _ reason: String) -> HCNError {
    HCNError(code, detail: "member '\(key)' \(reason)")
  }

  func text(_ key: String) throws(HCNError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string else { throw failure(key, "must be a string, not \(value.kind)") }
    return text
  }

  func texts(_ key: String) throws(HCNError) -> [String] {
    var result: [String] = []
    for element in try list(key) {
      guard let text = element.string else { throw failure(key, "must contain only strings") }
      result.append(text)
    }
    return result
  }

  func list(_ key: String) throws(HCNError) -> [JSON] {
    guard let value = value(key) else { return [] }
    guard let array = value.array else { throw failure(key, "must be an array, not \(value.kind)") }
    return array
  }

  func integer(_ key: String, upTo limit: Int64) throws(HCNError) -> Int64? {
    guard let value = value(key) else { return nil }
    guard let number = value.integer, (0...limit).contains(number) else {
      throw failure(key, "must be a whole number from 0 to \(limit)")
    }
    return number
  }

  func word(_ key: String) throws(HCNError) -> UInt32? {
    try integer(key, upTo: Int64(UInt32.max)).map { UInt32($0) }
  }

  func flag(_ key: String) throws(HCNError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard let flag = value.bool else { throw failure(key, "must be true or false") }
    return flag
  }

  /// The object with a name, nil if it is absent.
  func child(_ key: String) throws(HCNError) -> DocumentReader? {
    guard let value = value(key) else { return nil }
    guard value.object != nil else { throw failure(key, "must be an object, not \(value.kind)") }
    return try DocumentReader(value, code)
  }

  /// The objects of a list.
  func children(_ key: String) throws(HCNError) -> [DocumentReader] {
    var result: [DocumentReader] = []
    for element in try list(key) {
      guard element.object != nil else { throw failure(key, "must contain only objects") }
      result.append(try DocumentReader(element, code))
    }
    return result
  }

  /// An identifier; absent, empty and all-zero texts yield nil.
  func guid(_ key: String) throws(HCNError) -> GUID? {
    guard let text = try text(key), !text.isEmpty else { return nil }
    guard let guid = GUID(text) else {
      throw HCNError(.guidConversionFailure, detail: "member '\(key)' is '\(text)', not a GUID")
    }
    return guid.isZero ? nil : guid
  }

  /// The identifier of an object: `ID`, or `Id` in some documents (reference: hns, 1.6).
  func objectID() throws(HCNError) -> GUID? {
    if let id = try guid("ID") { return id }
    return try guid("Id")
  }

  func address(_ key: String) throws(HCNError) -> IPAddress? {
    guard let text = try text(key), !text.isEmpty else { return nil }
    guard let address = IPAddress(text) else {
      throw HCNError(.invalidIP, detail: "member '\(key)' is '\(text)', not an address")
    }
    return address
  }

  func mac(_ key: String) throws(HCNError) -> MACAddress? {
    guard let text = try text(key), !text.isEmpty else { return nil }
    guard let mac = MACAddress(text) else { throw failure(key, "is '\(text)', not a MAC address") }
    return mac
  }

  /// An enumeration value, by name in any case or by number; nil if the member is absent.
  ///
  /// - Throws: `unknown` for a value outside the enumeration.
  func enumeration<Value: DocumentEnumeration>(
    _ key: String, _ type: Value.Type, unknown: HCNErrorCode
  ) throws(HCNError) -> Value? {
    guard let value = value(key) else { return nil }
    guard let match = Value(document: value) else {
      throw HCNError(unknown, detail: "member '\(key)' has the unknown value \(value.text())")
    }
    return match
  }
}

/// An enumeration of documents: written by name, read by name in any case or by number (reference: hns, 1.1).
protocol DocumentEnumeration: CaseIterable, RawRepresentable<String> {
  /// The number documents may use instead of the name.
  var number: Int64 { get }
}

extension DocumentEnumeration {
  init?(document: JSON) {
    switch document {
    case .string(let text):
      let lowered = text.lowercased()
      guard let match = Self.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else {
        return nil
      }
      self = match
    case .integer(let number):
      guard let match = Self.allCases.first(where: { $0.number == number }) else { return nil }
      self = match
    default: return nil
    }
  }
}

extension DocumentEnumeration where AllCases == [Self], Self: Equatable {
  /// The position of the case in the enumeration, which is the number for most enumerations.
  var number: Int64 { Int64(Self.allCases.firstIndex(of: self) ?? 0) }
}

/// What a modify request does (reference: hns, 2).
package enum RequestType: String, DocumentEnumeration {
  case add = "Add"
  case remove = "Remove"
  case update = "Update"
  case refresh = "Refresh"
  case reset = "Reset"
}

/// The resource of a request to modify a network.
enum NetworkResource: String, DocumentEnumeration {
  case dns = "DNS"
  case `extension` = "Extension"
  case policy = "Policy"
  case subnet = "Subnet"
  case ipSubnet = "IPSubnet"
}

/// The resource of a request to modify an endpoint.
enum EndpointResource: String, DocumentEnumeration {
  case port = "Port"
  case policy = "Policy"
  case vmInterfaceState = "VmInterfaceState"
}

/// The resource of a request to modify a namespace, and the type of an entry in its list of resources.
enum NamespaceResource: String, DocumentEnumeration {
  case container = "Container"
  case endpoint = "Endpoint"
}

extension NetworkMode: DocumentEnumeration {}

extension NamespaceType: DocumentEnumeration {}

extension IPAMType: DocumentEnumeration {}

extension HostComputeGuestNetworkService.State: DocumentEnumeration {}
