extension DiagnosticCode {
  /// Codes about compiling a profile, planning it and carrying the plan out.
  static let planCodes: [DiagnosticCode] = [
    unlistedBuild, orderNotExpressible, carriedByVFPOnly, unenforcedOnBuild, hostMismatch, hostDescribed,
    networkConflict,
    networkInUse, addressInUse, foreignRulesKept, hostRefused, driftedIdentity, planDamaged, planStale,
    planNewerFormat, applyIncomplete, unknownEndpoint, unknownCode, compileDefect,
  ]

  package static let unlistedBuild = DiagnosticCode(
    "unlisted-build", severity: .note,
    summary: "The Windows build is not one of the listed releases.",
    explanation: """
      A build that is not listed behaves as the nearest listed one below it. `hnsctl capabilities` \
      prints what that means for the driver by isolation table and the features of HNS.
      """)

  package static let orderNotExpressible = DiagnosticCode(
    "order-not-expressible",
    summary: "Windows Firewall would need too many rules to keep the order of the profile's ACLs.",
    explanation: """
      Windows Firewall has no order: a block beats every allow. A profile in which allows stand \
      before blocks is rewritten exactly, as the blocks minus what is allowed earlier. Where that \
      takes more rules than an endpoint may have, the profile is refused on the cells that only \
      Windows Firewall enforces; widening an allow to save rules would weaken the policy.
      """)

  package static let carriedByVFPOnly = DiagnosticCode(
    "carried-by-vfp-only", severity: .note,
    summary: "Some blocks are enforced by VFP alone, although Windows Firewall filters too.",
    explanation: """
      On l2bridge, l2tunnel and overlay a packet must pass both VFP and Windows Firewall. VFP \
      carries the policy exactly. Where the rewrite for Windows Firewall would need too many rules, \
      the blocks that do not fit are left to VFP; nothing that VFP allows is blocked by Windows \
      Firewall.
      """)

  package static let unenforcedOnBuild = DiagnosticCode(
    "unenforced-on-build", severity: .warning,
    summary: "This Windows build stores ACLs on nat endpoints without enforcing them.",
    explanation: """
      On Windows Server 2025 ACLs on endpoints of nat networks had no effect before the updates of \
      April 2026. State the revision (`windows: 26100.32690`) once they are installed, or set the \
      switch natAclOnServer2025 when you know better.
      """)

  package static let hostMismatch = DiagnosticCode(
    "host-mismatch",
    summary: "The profile is for another host than the state holds.",
    explanation: """
      A profile states the Windows build, and possibly assumptions, it was written for; a state keeps \
      those of its host. What a profile compiles to depends on both, so they must agree.
      """)

  package static let hostDescribed = DiagnosticCode(
    "host-described", severity: .note,
    summary: "The profile names adapters or addresses the state's host was not known to have.",
    explanation: """
      Hosts are described by the profiles applied to them. An adapter or an address that a profile \
      states under `host` is added to the description; nothing that is there already is taken away or \
      changed by it.
      """)

  package static let networkConflict = DiagnosticCode(
    "network-conflict",
    summary: "A network of this name exists on the host and is not what the profile states.",
    explanation: """
      Network names are unique on a host. A network that another owner made is used when it equals \
      the one in the profile, and never changed. When it differs, the profile cannot be applied \
      beside it: rename the network, or state it as it is.
      """)

  package static let networkInUse = DiagnosticCode(
    "network-in-use",
    summary: "A network cannot be deleted or replaced while endpoints of others are on it.",
    explanation: """
      Deleting a network deletes its endpoints. The profile owns the network and not all of the \
      endpoints on it. When the profile or the network in it is removed, everything else goes and the \
      network stays, with a warning, until a later removal finds it empty. A change that needs the \
      network made anew is refused.
      """)

  package static let addressInUse = DiagnosticCode(
    "address-in-use",
    summary: "An address the profile states is held by another endpoint on the host.",
    explanation: """
      Addresses once allocated are kept, so an endpoint that was given the address automatically, or \
      by another owner, holds it. Choose another address, or delete that endpoint first.
      """)

  package static let foreignRulesKept = DiagnosticCode(
    "foreign-rules-kept", severity: .note,
    summary: "An endpoint carries ACLs of others, which are left alone.",
    explanation: """
      ACLs whose Id names another owner are kept in the same request that replaces the profile's \
      own. Beside them no catch-all is written unless the profile states `defaults`, because a \
      catch-all would change what they mean.
      """)

  package static let hostRefused = DiagnosticCode(
    "host-refused",
    summary: "The Host Networking Service refuses a request of the plan.",
    explanation: """
      Every plan is tried on a copy of the emulated host before it is shown. The service refused one \
      of its requests; the message carries the call, the error text and the HRESULT.
      """)

  package static let driftedIdentity = DiagnosticCode(
    "drifted-identity", severity: .note,
    summary: "An ACL of the profile is on the host without its Id.",
    explanation: """
      Some agents drop the Id when they write an endpoint back. The ACL is recognised by what it \
      says and left as it is, because writing it again would reset live flows.
      """)

  package static let planDamaged = DiagnosticCode(
    "plan-damaged",
    summary: "A saved plan is not as it was written.",
    explanation: """
      A saved plan ends with a digest of everything in it. The file was altered, cut short, or is no \
      plan. Make the plan again with `hnsctl plan PROFILE --state FILE --out PLAN`.
      """)

  package static let planStale = DiagnosticCode(
    "plan-stale",
    summary: "The state has changed since the plan was made.",
    explanation: """
      A saved plan is bound to the state it was made against and to no other. Applying it to another \
      state could do something nobody has looked at. Make the plan again.
      """)

  package static let planNewerFormat = DiagnosticCode(
    "plan-newer-format",
    summary: "A saved plan was written by a newer hnsctl.",
    explanation: """
      The format version of the plan is higher than this program knows. Use the hnsctl that wrote it, \
      or make the plan again.
      """)

  package static let applyIncomplete = DiagnosticCode(
    "apply-incomplete",
    summary: "An apply stopped half-way.",
    explanation: """
      What was done before the failure is done and saved; the message says how much. Applying the \
      profile again completes it, once the cause named beside it is gone.
      """)

  package static let unknownEndpoint = DiagnosticCode(
    "unknown-endpoint",
    summary: "No endpoint has the name that was asked for.",
    explanation: """
      An endpoint takes the name of its container or pod. `hnsctl show endpoints --state FILE` lists \
      the ones on a host.
      """)

  package static let unknownCode = DiagnosticCode(
    "unknown-code",
    summary: "No diagnostic has the code that was asked for.",
    explanation: "`hnsctl explain` without a code lists every code with its summary.")

  package static let compileDefect = DiagnosticCode(
    "compile-defect",
    summary: "The planned rules would not do what the profile says.",
    explanation: """
      Every plan is proven before it is shown: the filters that the planned HNS documents become are \
      compared with the profile on every packet there is. They differ only by a defect of hnsctl. The \
      message names a packet; nothing is planned or changed. Report it with the profile.
      """)
}
