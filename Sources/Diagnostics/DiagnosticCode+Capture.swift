extension DiagnosticCode {
  /// Codes about captures of real hosts.
  static let captureCodes: [DiagnosticCode] = [
    captureTruncated, captureDamaged, captureNotRecognized, captureEmpty, captureOfSeveralHosts,
    captureWithoutBuild, captureBuildInferred, captureBuildUnlisted, captureContradiction, captureUnread,
    captureAssumptionInferred, mixedSources, profileInexact,
  ]

  package static let profileInexact = DiagnosticCode(
    "profile-inexact", severity: .warning,
    summary: "A profile that was written from a host does not describe it exactly.",
    explanation: """
      `hnsctl import --as-profile` writes a profile that plans to no change. Objects of a profile that the \
      profile language no longer describes, because something else changed them, are an exception: a plan \
      changes them back, or removes them. The output lists what the plan would do.
      """)

  package static let mixedSources = DiagnosticCode(
    "mixed-sources",
    summary: "Files of different kinds are given as one host.",
    explanation: """
      A folder, or several files, are read as one capture of one host. A profile, a state or a saved plan \
      among them is none of its parts, and is not skipped: name the files of the host, or move them to a \
      folder of their own.
      """)

  package static let captureTruncated = DiagnosticCode(
    "capture-truncated",
    summary: "A capture ends in the middle of a document.",
    explanation: """
      A file with dumps of a host stops before its last JSON document ends: it was cut when it was \
      copied, or the program that wrote it was stopped. Nothing is read from it, because what is \
      missing could decide a verdict. Copy the whole file again, or capture the host again.
      """)

  package static let captureDamaged = DiagnosticCode(
    "capture-damaged",
    summary: "A capture is not the JSON that it begins as.",
    explanation: """
      A file that begins with a JSON document cannot be parsed at the place shown. Text copied from a \
      terminal is often wrapped in the middle of words; redirect the output to a file on the host and \
      copy that file.
      """)

  package static let captureNotRecognized = DiagnosticCode(
    "capture-not-recognized",
    summary: "Nothing in a file is known to be from a Windows container host.",
    explanation: """
      A file is recognized by its contents, never by its name, and nothing in this one is in a \
      known form. Known are the documents of HNS as JSON, from Get-HnsNetwork, Get-HnsEndpoint, \
      Get-HnsNamespace and Get-HnsPolicyList with ConvertTo-Json, from hnsdiag, or of HCN, and what the \
      script of `hnsctl capture-script` writes.
      """)

  package static let captureEmpty = DiagnosticCode(
    "capture-empty",
    summary: "A capture contains no network of the host.",
    explanation: """
      Without a network, no endpoint can be placed, and there is nothing to evaluate. Add the output of \
      Get-HnsNetwork to the capture.
      """)

  package static let captureOfSeveralHosts = DiagnosticCode(
    "capture-of-several-hosts",
    summary: "The sources are of more than one host.",
    explanation: """
      Two sources state different builds of Windows or versions of HNS, or different management \
      addresses for one network, so they were captured on different hosts, or before and after an \
      upgrade. Import the sources of one host at a time.
      """)

  package static let captureWithoutBuild = DiagnosticCode(
    "capture-without-build",
    summary: "The build of Windows is neither in the capture nor specified.",
    explanation: """
      The defaults of the platform and what HNS supports depend on the build of Windows. The capture \
      contains neither the build nor the version of HNS: \
      `hnsctl import SOURCE --windows ltsc2022 --state FILE` makes a state of it.
      """)

  package static let captureBuildInferred = DiagnosticCode(
    "capture-build-inferred", severity: .note,
    summary: "The build of Windows was inferred from the version of HNS.",
    explanation: """
      The capture does not state the build of Windows, but its documents have the version of HNS, which \
      several builds can share. If the host runs another build, \
      `hnsctl import SOURCE --windows NAME --state FILE` makes a state of it.
      """)

  package static let captureAssumptionInferred = DiagnosticCode(
    "capture-assumption-inferred", severity: .note,
    summary: "An assumption about the host was inferred from the rules of VFP.",
    explanation: """
      Whether traffic that no ACL matches is blocked once an endpoint has ACLs is an assumption. The capture \
      contains the rules that VFP holds, with those of the platform itself, and they agree with another choice \
      than the usual one. `--assume` overrides it.
      """)

  package static let captureBuildUnlisted = DiagnosticCode(
    "capture-build-unlisted", severity: .note,
    summary: "The host runs a build of Windows that is not listed.",
    explanation: """
      The host is treated like the nearest listed build below its own. What newer builds changed is not \
      known.
      """)

  package static let captureContradiction = DiagnosticCode(
    "capture-contradiction", severity: .warning,
    summary: "Two parts of a capture contradict each other.",
    explanation: """
      One object has different values in two parts of the sources, for example because a container \
      started between two commands. The value is not known, and neither is any verdict that depends on \
      it. Capture all parts of the host at the same time.
      """)

  package static let captureUnread = DiagnosticCode(
    "capture-unread", severity: .warning,
    summary: "A part of a capture was not understood.",
    explanation: """
      The part is kept in the state but not evaluated, so it changes no verdict to allow or block. The message \
      says why it was not understood; `hnsctl import` lists all such parts.
      """)
}
