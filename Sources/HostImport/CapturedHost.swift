package import HostModel
package import JSONText
package import NetworkTypes

/// A fact with the place that states it.
package struct Stated<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The fact.
  package var value: Value
  /// Where it is stated.
  package var place: CapturePlace

  /// Makes a fact.
  package init(_ value: Value, _ place: CapturePlace) {
    self.value = value
    self.place = place
  }
}

/// What all sources of one host say together, not yet compared: each reader adds what it finds.
package struct CapturedHost: Sendable {
  /// The files, as the user named them.
  package var files: [String] = []
  /// The builds of Windows that sources state.
  package var builds: [Stated<WindowsBuild>] = []
  /// The versions of the service that sources state.
  package var versions: [Stated<HNSVersion>] = []
  /// The documents of HNS objects, in the order of the sources.
  package var documents: [CapturedDocument] = []
  /// The objects of HNS that tables list, which have no documents there.
  package var listed: [ListedObject] = []
  /// The compartments that sources list.
  package var compartments: [Stated<CapturedCompartment>] = []
  /// What sources say about Windows Firewall.
  package var firewall = FirewallParts()
  /// What sources say beside HNS and the firewall.
  package var facts = CapturedFacts()
  /// What sources say about VFP.
  package var vfp = CapturedVFP()
  /// Parts that no reader understands, as they stand there.
  package var unread: [UnreadPart] = []
  /// How often each form was read, by its title.
  package var forms: [String: Int] = [:]

  /// Makes a host of which nothing is known.
  package init() {}

  /// Keeps a part that was not understood.
  ///
  /// - Parameters:
  ///   - text: The part; nil if the source says that it does not have it.
  ///   - place: Where it stands.
  ///   - reason: Why it was not understood, or what is missing.
  package mutating func keep(_ text: String?, at place: CapturePlace, because reason: String) {
    unread.append(UnreadPart(place: "\(place)", reason: reason, text: text))
  }

  /// Forgets the parts that were joined, which are as large as what was made of them.
  mutating func forgetParts() {
    documents = []
    firewall = FirewallParts()
  }

  /// Whether any source was in a known form.
  package var isRecognized: Bool { !forms.isEmpty }
}

/// The document of an object of HNS.
package struct CapturedDocument: Sendable {
  /// What the object is.
  package enum Kind: String, Sendable, CaseIterable {
    case network
    case endpoint
    case namespace
    /// A load balancer, a route, or a policy list of schema 1, which can be either.
    case loadBalancer
  }

  /// What the object is.
  package var kind: Kind
  /// Its id.
  package var id: GUID
  /// The document, without members that were cut off.
  package var document: JSONObject
  /// The members that the writer cut off, by their path.
  package var cuts: [String]
  /// Whether the document is of schema 2.
  package var isV2: Bool
  /// Where it stands.
  package var place: CapturePlace
}

/// A compartment as Get-NetCompartment and ipconfig list it.
package struct CapturedCompartment: Hashable, Sendable {
  /// The number.
  package var id: UInt32
  /// The description; nil where the source has none.
  package var description: String?
  /// The GUID; nil where the source has none.
  package var guid: GUID?

  /// Makes a compartment.
  package init(id: UInt32, description: String? = nil, guid: GUID? = nil) {
    self.id = id
    self.description = description
    self.guid = guid
  }
}
