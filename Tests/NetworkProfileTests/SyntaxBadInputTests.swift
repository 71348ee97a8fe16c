import Testing

@Suite("Bad input: keys, values and names")
struct SyntaxBadInputTests {
  static let cases: [BadInput] = [
    BadInput(
      "an unknown key that is close to a known one",
      """
      adressSets: {}
      """,
      """
      1:1+10 unknown-key: a profile has no key 'adressSets'
        help: did you mean 'addressSets'?
      """),
    BadInput(
      "an unknown key that is not close to any other",
      """
      frobnicate: 1
      """,
      """
      1:1+10 unknown-key: a profile has no key 'frobnicate'
        help: the keys of a profile are apiVersion, kind, name, host, addressSets, aclSets, networks, containers, pods, services, tests
      """),
    BadInput(
      "unknown keys in every kind of mapping",
      """
      host: {window: ltsc2022, assumptions: {implicitDenny: never}}
      networks:
        - {name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24, gatway: 10.0.0.1}], dns: {server: []}}
      containers:
        - {name: c, network: a, addreses: [], defaults: {inn: allow}, acls: [{name: x, direction: in, action: allow, port: 1}]}
      """,
      """
      1:8+6 unknown-key: host has no key 'window'
        help: did you mean 'windows'?
      1:40+13 unknown-key: there is no assumption 'implicitDenny'
        help: did you mean 'implicitDeny'?
      3:60+6 unknown-key: a subnet has no key 'gatway'
        help: did you mean 'gateway'?
      3:86+6 unknown-key: dns has no key 'server'
        help: did you mean 'servers'?
      5:27+8 unknown-key: a container has no key 'addreses'
        help: did you mean 'addresses'?
      5:52+3 unknown-key: defaults has no key 'inn'
        help: did you mean 'in'?
      5:112+4 unknown-key: an ACL has no key 'port'
        help: the keys of an ACL are name, direction, action, protocols, localAddresses, remoteAddresses, localPorts, remotePorts, priority
      """),
    BadInput(
      "a key without value",
      """
      networks:
        - name: a
          driver:
          subnets: ~
      """,
      """
      3:5+6 null-value: the key 'driver' has no value
        help: write a value, or remove the key
      4:14+1 null-value: the key 'subnets' has no value
        help: write a value, or remove the key
      """),
    BadInput(
      "a null element",
      """
      networks: [~]
      containers: [null]
      """,
      """
      1:12+1 null-value: a network has no value
        help: quote the text, or remove it
      2:14+4 null-value: a container has no value
        help: quote the text, or remove it
      """),
    BadInput(
      "a missing key",
      """
      networks:
        - {driver: l2tunnel, adapter: Ethernet}
      """,
      """
      2:6+6 missing-key: a network needs the key 'name'
      2:6+6 missing-key: a network with static addresses needs the key 'subnets'
        help: write 'subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]'
      """),
    BadInput(
      "a scalar for a list",
      """
      networks: podnet
      containers: [{name: c}]
      """,
      """
      1:11+6 wrong-type: a list of networks is expected here, not a single value
        help: write [podnet]
      2:15+4 missing-key: a container needs the key 'network'
        help: specify a network
      """),
    BadInput(
      "a mapping for a text and a list for a number",
      """
      networks: [{name: {a: b}, driver: [nat], subnets: {prefix: 10.0.0.0/24}}]
      """,
      """
      1:19+0 wrong-type: the name of a network is expected here, not a mapping
      1:35+0 wrong-type: a network driver is expected here, not a list
      1:51+0 wrong-type: a list of subnets is expected here, not a mapping
      """),
    BadInput(
      "unknown words",
      """
      networks: [{name: a, driver: l2brigde, ipam: dynamic, adapter: E, subnets: [{prefix: 10.0.0.0/24}]}]
      """,
      """
      1:30+8 invalid-value: 'l2brigde' is not a network driver
        help: did you mean 'l2bridge'?
      1:46+7 invalid-value: 'dynamic' is not an IPAM type
        help: write static or dhcp
      """),
    BadInput(
      "names",
      """
      networks:
        - {name: "a\\u0007b", driver: nat, subnets: [{prefix: 10.0.3.0/24}]}
        - {name: p, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.1.0/24}]}
      containers:
        - {name: Pod Net, network: p}
        - {name: 10.0.0.1, network: p}
        - {name: host, network: p}
      """,
      """
      2:12+10 invalid-name: 'a\\u{07}b' is not a valid network name: it must be 1 to 256 bytes without control and invisible characters
      5:12+7 invalid-name: the name 'Pod Net' of a container must be 1 to 63 characters from a-z, 0-9, '.', '_' and '-', and start with a letter or digit
        help: write 'pod-net'
      6:12+8 invalid-name: the name '10.0.0.1' looks like an address
        help: start it with a letter
      7:12+4 reserved-name: a container cannot be named 'host', which refers to the node itself
        help: use another name
      """),
    BadInput(
      "names used twice",
      """
      networks:
        - {name: a, driver: nat, subnets: [{prefix: 10.0.0.0/24}]}
        - {name: a, driver: l2bridge, adapter: E, subnets: [{prefix: 10.0.1.0/24}]}
      containers: [{name: c, network: a}]
      pods: [{name: c, network: a, containers: [{name: x}, {name: x}]}]
      """,
      """
      3:12+1 duplicate-name: there is already a network named 'a'
        note 2:12+1: first defined here
      5:15+1 duplicate-name: there is already a container or pod named 'c'
        note 4:21+1: first defined here
      5:61+1 duplicate-name: there is already a container of this pod named 'x'
        note 5:50+1: first defined here
      """),
  ]

  @Test("Every problem is reported with its location", arguments: cases)
  func reported(input: BadInput) { #expect(problems(input.profile) == input.expected) }
}
