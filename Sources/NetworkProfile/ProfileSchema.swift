package import JSONText

/// The JSON Schema of profiles, generated from the decoder's key tables.
package enum ProfileSchema {
  /// The schema, draft 2020-12.
  package static var document: JSON {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "hnsctl profile",
      "description": "A host profile, or a file of policy tests.",
      "if": ["properties": ["kind": ["const": "PolicyTests"]], "required": ["kind"]],
      "then": SchemaFragment.reference("policyTests"),
      "else": SchemaFragment.reference("profile"),
      "$defs": [
        "profile": RootKey.table.schema,
        "policyTests": PolicyTestsKey.table.schema,
        "host": HostKey.table.schema,
        "network": NetworkKey.table.schema,
        "subnet": SubnetKey.table.schema,
        "macPool": MACPoolKey.table.schema,
        "dns": DNSKey.table.schema,
        "acl": ACLKey.table.schema,
        "container": WorkloadKey.containerTable.schema,
        "attachment": WorkloadKey.attachmentTable.schema,
        "pod": WorkloadKey.podTable.schema,
        "podContainer": PodContainerKey.table.schema,
        "defaults": DefaultsKey.table.schema,
        "outboundNat": OutboundNATKey.table.schema,
        "route": RouteKey.table.schema,
        "policy": PolicyKey.table.schema,
        "service": ServiceKey.table.schema,
        "servicePort": ServicePortKey.table.schema,
        "backend": BackendKey.table.schema,
        "test": TestKey.table.schema,
        "packet": PacketKey.table.schema,
        "packetSet": PacketKey.setTable.schema,
        "via": ViaKey.table.schema,
      ],
    ]
  }
}
