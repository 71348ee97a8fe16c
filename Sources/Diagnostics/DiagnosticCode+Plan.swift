extension DiagnosticCode {
  /// Codes about compiling a profile, planning it and applying the plan.
  static let planCodes: [DiagnosticCode] = [
    unlistedBuild, orderNotExpressible, carriedByVFPOnly, unenforcedOnBuild, hostMismatch, hostDescribed,
    networkConflict, loadBalancerConflict,
    networkInUse, addressInUse, adoptedEndpointDiffers, foreignRulesKept, hostRefused, driftedIdentity,
    planDamaged, planStale,
    planNewerFormat, applyIncomplete, unknownEndpoint, unknownCode, compileDefect, exportUnavailable,
    exportNotExpressible, containersNotExported, sameWindows,
  ]

  package static let unlistedBuild = DiagnosticCode(
    "unlisted-build", severity: .note,
    summary: "The Windows build is not one of the listed releases.",
    explanation: """
      A build that is not listed behaves like the nearest listed build below it. `hnsctl \
      capabilities` prints what that means for drivers, isolation modes and HNS features.
      """)

  package static let sameWindows = DiagnosticCode(
    "same-windows", severity: .note,
    summary: "An upgrade leads to the Windows build that the host already has.",
    explanation: """
      `upgrade` compares a host with itself on another build. On the same build nothing changes, and the \
      exit code is 0. A revision counts: `26100` and `26100.32690` are two builds.
      """)

  package static let orderNotExpressible = DiagnosticCode(
    "order-not-expressible",
    summary: "Windows Firewall would need too many rules to preserve the order of the profile's ACLs.",
    explanation: """
      Windows Firewall has no rule order: a block overrides every allow. A profile in which allows \
      come before blocks is rewritten exactly, as the blocks minus what is allowed earlier. If that \
      takes more rules than an endpoint can have, the profile is refused for the combinations of \
      driver and isolation that only Windows Firewall enforces; widening an allow to save rules would \
      weaken the policy.
      """)

  package static let carriedByVFPOnly = DiagnosticCode(
    "carried-by-vfp-only", severity: .note,
    summary: "Some blocks are enforced only by VFP, although Windows Firewall filters too.",
    explanation: """
      On l2bridge, l2tunnel and overlay networks, both VFP and Windows Firewall must allow a packet. \
      VFP enforces the policy exactly. If the rewrite for Windows Firewall would need too many rules, \
      the blocks that do not fit are enforced only by VFP; Windows Firewall blocks nothing that VFP \
      allows.
      """)

  package static let unenforcedOnBuild = DiagnosticCode(
    "unenforced-on-build", severity: .warning,
    summary: "This Windows build stores ACLs on nat endpoints without enforcing them.",
    explanation: """
      On Windows Server 2025, ACLs on endpoints of nat networks had no effect before the updates of \
      April 2026. Specify the revision (`windows: 26100.32690`) once they are installed, or set the \
      assumption natAclOnServer2025 if you know better.
      """)

  package static let hostMismatch = DiagnosticCode(
    "host-mismatch",
    summary: "The profile is for a different host than the state.",
    explanation: """
      A profile specifies the Windows build, and optionally the assumptions, that it was written for; \
      a state keeps those of its host. The result of a profile depends on both, so they must agree.
      """)

  package static let hostDescribed = DiagnosticCode(
    "host-described", severity: .note,
    summary: "The profile lists host adapters or addresses that the state does not yet list.",
    explanation: """
      The description of a host is built from the profiles applied to it. An adapter or address that \
      a profile lists under `host` is added to the description; nothing already in it is removed or \
      changed.
      """)

  package static let networkConflict = DiagnosticCode(
    "network-conflict",
    summary: "A network with this name exists on the host and differs from the profile.",
    explanation: """
      Network names are unique on a host. A network that belongs to another owner is used if it \
      equals the one in the profile, and is never changed. If it differs, the profile cannot be \
      applied: rename the network in the profile, or describe it as it is on the host.
      """)

  package static let loadBalancerConflict = DiagnosticCode(
    "load-balancer-conflict",
    summary: "Another owner's load balancer has the address and port of a service.",
    explanation: """
      HNS refuses a second load balancer for one address, protocol and port with 0x803b0013. It is what \
      an orphaned load balancer causes, too: one that kube-proxy made and no longer knows. \
      `hnsctl show loadbalancers` lists them.
      """)

  package static let networkInUse = DiagnosticCode(
    "network-in-use",
    summary: "A network cannot be deleted or replaced while another owner's endpoints are on it.",
    explanation: """
      Deleting a network deletes its endpoints. The profile owns the network, but not all endpoints \
      on it. When the profile or its network is removed, everything else is deleted and the network \
      is kept, with a warning, until a later removal finds it empty. A change that requires replacing \
      the network is refused.
      """)

  package static let addressInUse = DiagnosticCode(
    "address-in-use",
    summary: "Another endpoint on the host already has an address specified in the profile.",
    explanation: """
      Allocated addresses are kept, so the endpoint that has the address got it automatically or from \
      another owner. Choose another address, or delete that endpoint first.
      """)

  package static let adoptedEndpointDiffers = DiagnosticCode(
    "adopted-endpoint-differs",
    summary: "An endpoint that a profile adopts differs on the host.",
    explanation: """
      With `endpointId`, a profile adopts an endpoint of another owner: of that endpoint it owns the ACLs and \
      policies that it states, and nothing else. Its addresses, MAC address, network and isolation cannot be \
      changed in place, and a plan never deletes what another owner created. Describe the endpoint as it is on \
      the host, as `hnsctl import --as-profile` does.
      """)

  package static let foreignRulesKept = DiagnosticCode(
    "foreign-rules-kept", severity: .note,
    summary: "An endpoint has ACLs from another owner; they are kept.",
    explanation: """
      ACLs whose Id belongs to another owner are kept in the same request that replaces the profile's \
      own. No catch-all is written next to them unless the profile states `defaults`, because it \
      would change their effect.
      """)

  package static let hostRefused = DiagnosticCode(
    "host-refused",
    summary: "The Host Networking Service refused a request of the plan.",
    explanation: """
      Every plan is tried on a copy of the emulated host before it is shown. The service refused one \
      of its requests; the message includes the call, the error text and the HRESULT.
      """)

  package static let driftedIdentity = DiagnosticCode(
    "drifted-identity", severity: .note,
    summary: "An ACL of the profile is on the host, but without its Id.",
    explanation: """
      Some agents drop the Id when they write an endpoint back. The ACL is identified by its contents \
      and not rewritten, because rewriting it would reset active flows.
      """)

  package static let planDamaged = DiagnosticCode(
    "plan-damaged",
    summary: "A saved plan has been altered or is damaged.",
    explanation: """
      A saved plan ends with a digest of its contents. The file was altered or truncated, or it is \
      not a plan. Create the plan again with `hnsctl plan PROFILE --state FILE --out PLAN`.
      """)

  package static let planStale = DiagnosticCode(
    "plan-stale",
    summary: "The state has changed since the plan was made.",
    explanation: """
      A saved plan applies only to the state it was made for. Applied to any other state it could do \
      something that nobody has reviewed. Create the plan again.
      """)

  package static let planNewerFormat = DiagnosticCode(
    "plan-newer-format",
    summary: "A saved plan was written by a newer hnsctl.",
    explanation: """
      This version does not support the format version of the plan. Use the hnsctl that wrote it, or \
      create the plan again.
      """)

  package static let applyIncomplete = DiagnosticCode(
    "apply-incomplete",
    summary: "An apply stopped partway.",
    explanation: """
      The steps before the failure are complete and saved; the message says how many. Fix the \
      reported cause and apply the profile again to complete it.
      """)

  package static let unknownEndpoint = DiagnosticCode(
    "unknown-endpoint",
    summary: "There is no endpoint with this name.",
    explanation: """
      An endpoint has the name of its container or pod. `hnsctl show endpoints --state FILE` lists \
      the endpoints of a host.
      """)

  package static let unknownCode = DiagnosticCode(
    "unknown-code",
    summary: "There is no diagnostic with this code.",
    explanation: "`hnsctl explain` without a code lists every code with its summary.")

  package static let compileDefect = DiagnosticCode(
    "compile-defect",
    summary: "The planned rules would not implement the profile.",
    explanation: """
      Every plan is proven before it is shown: the filters that result from the planned HNS documents \
      are compared with the profile over all packets. Only a defect of hnsctl can make them differ. \
      The message names such a packet; nothing is planned or changed. Report it together with the \
      profile.
      """)

  package static let exportUnavailable = DiagnosticCode(
    "export-unavailable",
    summary: "The Windows build does not have the interface of an export format.",
    explanation: """
      HCN v2, with its functions in computenetwork.dll, exists from HNS 9.2 on (Windows 1809). Earlier builds \
      have HNS v1 only: `--format hns-v1` writes its requests, and `--format powershell` uses it by itself.
      """)

  package static let exportNotExpressible = DiagnosticCode(
    "export-not-expressible",
    summary: "The interface of an export format cannot express part of the plan.",
    explanation: """
      An export says everything that the plan does, or it is refused: a request with a setting left out would \
      be a weaker policy. HNS v1 has no members for Hyper-V isolation in namespaces, flags of port mappings, \
      node ports, session affinity and policies that came later. `--format hcn` expresses every plan, from \
      Windows 1809 on.
      """)

  package static let containersNotExported = DiagnosticCode(
    "containers-not-exported", severity: .note,
    summary: "Exported requests do not start or stop containers.",
    explanation: """
      HNS makes networks, endpoints and namespaces; a container runtime starts the containers in them. An \
      export therefore contains everything of a plan but its containers. A namespace cannot be deleted while a \
      container runs in it, so those of a deleted one are stopped first, and new ones are started afterwards.
      """)
}
