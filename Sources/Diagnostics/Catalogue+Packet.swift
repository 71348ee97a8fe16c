extension DiagnosticCode {
  /// Codes about packets that are to be judged.
  static let packetCodes: [DiagnosticCode] = [
    noEndpoint, endpointNotAttached, ambiguousPeer, unknownHostAddress, invalidPacket, queryTooWide,
    undecidedWithinBudget,
  ]

  package static let noEndpoint = DiagnosticCode(
    "no-endpoint",
    summary: "Neither end of a packet is on the host.",
    explanation: """
      The filters of a host see the packets its endpoints and the host itself send and receive. An \
      address that belongs to none of them is taken to be outside, and a packet from outside to outside \
      meets no filter. Name an endpoint, a container, a pod or `host` at one end, or an address that one \
      of them has.
      """)

  package static let endpointNotAttached = DiagnosticCode(
    "endpoint-not-attached",
    summary: "An endpoint has no open compartment, so no rules of it act.",
    explanation: """
      HNS programs the ACLs of an endpoint when it is attached to a switch port and a compartment. That \
      happens when it is in a namespace and the first container of that namespace starts. Before, no \
      packet reaches it and there is nothing to judge by.
      """)

  package static let ambiguousPeer = DiagnosticCode(
    "ambiguous-peer",
    summary: "A name or an address stands for several endpoints.",
    explanation: """
      Endpoints of different owners can have the same name, and endpoints of different networks the same \
      address. Name the endpoint by its id, which `hnsctl show endpoints` prints.
      """)

  package static let unknownHostAddress = DiagnosticCode(
    "unknown-host-address",
    summary: "The host sends a packet, and its address is not known.",
    explanation: """
      Rules of the receiver can name the host's address, so a verdict without it would be a guess. State \
      the node's own addresses under `host.addresses`, or name the address as the sender.
      """)

  package static let invalidPacket = DiagnosticCode(
    "invalid-packet",
    summary: "A packet is stated in a way that no packet can be.",
    explanation: """
      Ports belong to TCP and UDP and run from 0 to 65535, ICMP types belong to ICMP and ICMPv6, and a \
      packet of TCP or UDP needs a destination port.
      """)

  package static let queryTooWide = DiagnosticCode(
    "query-too-wide",
    summary: "A query about many packets has an answer of too many parts.",
    explanation: """
      Every part of a query gets its own verdict, and none is guessed from a sample. Where the rules cut \
      the query into very many parts, the work is given up rather than left running: ask about fewer \
      ends, protocols or ports at a time.
      """)

  package static let undecidedWithinBudget = DiagnosticCode(
    "undecided-within-budget",
    summary: "A question about all packets took more work than it may.",
    explanation: """
      Comparisons and proofs look at every packet there is, and are exact or not given at all. Very few \
      inputs need more steps than are allowed, such as thousands of rules that each cut all others; for \
      these neither yes nor no is said. Ask about one endpoint or one enforcement point at a time.
      """)
}
