extension DiagnosticCode {
  /// Codes about packets to evaluate.
  static let packetCodes: [DiagnosticCode] = [
    noEndpoint, endpointNotAttached, ambiguousPeer, unknownHostAddress, invalidPacket, impossiblePacket,
    queryTooWide, undecidedWithinBudget, unknownInSource,
  ]

  package static let noEndpoint = DiagnosticCode(
    "no-endpoint",
    summary: "Neither end of the packet is on the host.",
    explanation: """
      A host filters only packets that its endpoints or the host itself send or receive. An address \
      that belongs to none of them is taken to be outside, and a packet from outside to outside is \
      not filtered. Specify an endpoint, a container, a pod or `host` at one end, or an address that \
      one of them has.
      """)

  package static let endpointNotAttached = DiagnosticCode(
    "endpoint-not-attached",
    summary: "An endpoint is not in a namespace, so its rules are not in effect.",
    explanation: """
      HNS programs the ACLs of an endpoint when it is attached to a switch port and a compartment. \
      A network plugin adds the endpoint to a namespace: HcnModifyNamespace with the ResourceType \
      Endpoint, or POST /namespaces/ID/addresource. The container runtime then starts a container, \
      which opens the compartment: HcnModifyNamespace with the ResourceType Container. Clients without \
      namespaces do both with POST /endpoints/ID/attach. Between the two steps packets are evaluated \
      as if the container ran, with a note; `hnsctl serve --auto-start` opens the compartment with the \
      first endpoint. An endpoint outside every namespace has no rules to evaluate.
      """)

  package static let ambiguousPeer = DiagnosticCode(
    "ambiguous-peer",
    summary: "A name or an address matches several endpoints.",
    explanation: """
      Endpoints of different owners can have the same name, and endpoints of different networks the \
      same address. Specify the endpoint by its id, as printed by `hnsctl show endpoints`.
      """)

  package static let unknownHostAddress = DiagnosticCode(
    "unknown-host-address",
    summary: "The host sends a packet, but its address is not known.",
    explanation: """
      Rules of the receiver can match the host's address, so a verdict without it would be a guess. \
      List the node's own addresses under `host.addresses`, or specify the address as the source.
      """)

  package static let invalidPacket = DiagnosticCode(
    "invalid-packet",
    summary: "The packet is not valid.",
    explanation: """
      Only TCP and UDP have ports, from 0 to 65535, only ICMP and ICMPv6 have ICMP types, and a TCP \
      or UDP packet needs a destination port.
      """)

  package static let impossiblePacket = DiagnosticCode(
    "impossible-packet",
    summary: "No packet with this source or destination address reaches a filter.",
    explanation: """
      Loopback (127.0.0.0/8 and ::1) never leaves the compartment of its sender: it is not filtered, and \
      no packet from it arrives from outside. Multicast addresses and 255.255.255.255 are only \
      destinations, and 0.0.0.0 and :: stand for an address that is not known yet. `any`, sets of \
      packets and `outside` contain only packets that can occur. To ask about traffic within a container \
      or pod, specify its name as the source.
      """)

  package static let queryTooWide = DiagnosticCode(
    "query-too-wide",
    summary: "The answer to a query about many packets has too many parts.",
    explanation: """
      Every part of a query gets its own verdict, and none is guessed from a sample. If the rules \
      split the query into too many parts, it is abandoned: ask about fewer endpoints, protocols or \
      ports at a time.
      """)

  package static let unknownInSource = DiagnosticCode(
    "unknown-in-source",
    summary: "A proof or comparison needs something that the source of the host does not contain.",
    explanation: """
      A capture of a host rarely holds everything: the firewall rules, a policy that was cut off, the \
      isolation of a container. Nothing is guessed in its place. A trace says `unknown` for the packets \
      that depend on it; a comparison, a proof or a check covers every packet, and is not made for the \
      endpoint. The message says what is missing, and the help how to add it.

      Where rules of the host's own firewall only may match, because they name a program or a profile, \
      comparisons answer for all other packets. Of the packets on which the verdict is unknown on both \
      sides, they name those whose verdict may change.
      """)

  package static let undecidedWithinBudget = DiagnosticCode(
    "undecided-within-budget",
    summary: "A proof or comparison exceeded its budget.",
    explanation: """
      Comparisons and proofs cover every packet; they are exact or give no answer. Very few inputs \
      need more steps than the budget allows, such as thousands of rules that each overlap all \
      others; for these there is no answer. Ask about one endpoint or one enforcement point at a \
      time.
      """)
}
