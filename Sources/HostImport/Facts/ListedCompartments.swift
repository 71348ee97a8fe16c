import HostModel
import NetworkTypes

/// What sources say about compartments beside the documents of HNS, found by number, by GUID and by the addresses in
/// them.
struct ListedCompartments {
  private let all: [Stated<CapturedCompartment>]
  private var byNumber: [UInt32: [Int]] = [:]
  private var byGUID: [GUID: [Int]] = [:]
  private var byAddress: [IPAddress: [Stated<UInt32>]] = [:]

  /// Indexes what sources say.
  ///
  /// - Parameters:
  ///   - compartments: The compartments that they list.
  ///   - interfaces: The interfaces, with their compartments or with their addresses.
  init(_ compartments: [Stated<CapturedCompartment>], _ interfaces: [Stated<CapturedInterface>]) {
    all = compartments
    for (position, listed) in all.enumerated() {
      byNumber[listed.value.id, default: []].append(position)
      if let guid = listed.value.guid { byGUID[guid, default: []].append(position) }
    }
    // An interface can have its addresses in one source, and its compartment in another.
    var numbers: [Int: UInt32] = [:]
    for stated in interfaces {
      if let index = stated.value.index, let number = stated.value.compartment { numbers[index] = number }
    }
    for stated in interfaces {
      guard let number = stated.value.compartment ?? stated.value.index.flatMap({ numbers[$0] }) else {
        continue
      }
      for address in stated.value.addresses {
        byAddress[address, default: []].append(Stated(number, stated.place))
      }
    }
  }

  /// Whether no compartment is listed.
  var isEmpty: Bool { all.isEmpty }

  /// The first compartment of the lists.
  var first: Stated<CapturedCompartment>? { all.first }

  /// Whether a number is listed.
  func contains(_ number: UInt32) -> Bool { byNumber[number] != nil }

  /// The compartments in which interfaces have an address.
  func holding(_ address: IPAddress) -> [Stated<UInt32>] { byAddress[address] ?? [] }

  /// The listed compartments with a number or a GUID, or with the one that is listed for the other; in the order of
  /// the sources.
  func related(to number: UInt32?, _ guid: GUID?) -> [Stated<CapturedCompartment>] {
    func positions(_ number: UInt32?, _ guid: GUID?) -> [Int] {
      (number.flatMap { byNumber[$0] } ?? []) + (guid.flatMap { byGUID[$0] } ?? [])
    }
    let own = positions(number, guid)
    let related = own.flatMap { positions(all[$0].value.id, all[$0].value.guid) }
    return Set(own + related).sorted().map { all[$0] }
  }
}
