extension DiagnosticCode {
  /// Codes about the YAML of a file, whatever it is to say.
  static let yamlCodes: [DiagnosticCode] = [
    yamlSyntax, yamlTab, yamlEncoding, yamlControlCharacter, yamlEmpty, yamlTooLarge, yamlTooDeep,
    yamlSeveralDocuments, yamlTag, yamlMergeKey, yamlComplexKey, yamlUnknownAlias, yamlAliasCycle,
    yamlAliasLimit, duplicateKey,
  ]

  package static let yamlSyntax = DiagnosticCode(
    "yaml-syntax",
    summary: "The text is not YAML.",
    explanation: """
      The place shows where reading had to stop, which may lie behind the mistake; a note shows where \
      the list or mapping around it began. Inside '[...]' and '{...}' texts with colons and commas, \
      such as IPv6 addresses, need quotes.
      """,
    bad: "addresses: [::1]", good: "addresses: ['::1']")

  package static let yamlTab = DiagnosticCode(
    "yaml-tab",
    summary: "A tab is used to indent.",
    explanation: "YAML indents with spaces only, because tabs have no fixed width.",
    bad: "host:\n\twindows: ltsc2022", good: "host:\n  windows: ltsc2022")

  package static let yamlEncoding = DiagnosticCode(
    "yaml-encoding",
    summary: "The file is not UTF-8.",
    explanation: """
      Files are read as UTF-8, with or without a byte order mark. UTF-16 and UTF-32, which some \
      Windows editors and PowerShell redirections write, are refused by name: save the file as UTF-8.
      """)

  package static let yamlControlCharacter = DiagnosticCode(
    "yaml-control-character",
    summary: "The file contains a control character.",
    explanation: """
      Besides tabs and line ends no control character may stand in a file, because it would be \
      invisible to its reader. Inside double quotes an escape such as "\\u0007" can name one.
      """)

  package static let yamlEmpty = DiagnosticCode(
    "yaml-empty",
    summary: "The file has no content.",
    explanation: "The file is empty or holds nothing but comments.",
    bad: "# to be written", good: "apiVersion: hnsctl/v1\nkind: HostProfile\nname: web-node")

  package static let yamlTooLarge = DiagnosticCode(
    "yaml-too-large",
    summary: "The file is larger than a file may be.",
    explanation: "A file may have 1 GiB (1,073,741,824 bytes). Split it into profiles of their own.")

  package static let yamlTooDeep = DiagnosticCode(
    "yaml-too-deep",
    summary: "Values are nested too deeply.",
    explanation: """
      Collections may nest 64 levels deep; the profile language needs fewer than 12. The limit keeps \
      a hostile file from costing much time.
      """)

  package static let yamlSeveralDocuments = DiagnosticCode(
    "yaml-several-documents",
    summary: "The file holds more than one document.",
    explanation: "A line of '---' starts a document, and a file holds one. Put each into its own file.",
    bad: "name: first\n---\nname: second", good: "name: first")

  package static let yamlTag = DiagnosticCode(
    "yaml-tag",
    summary: "A value carries a tag.",
    explanation: """
      Values are read by what their key expects, so tags such as '!!str' have nothing to say and \
      custom tags no meaning. A text that begins with '!' needs quotes.
      """,
    bad: "name: !!str web", good: "name: web")

  package static let yamlMergeKey = DiagnosticCode(
    "yaml-merge-key",
    summary: "A mapping uses the merge key '<<'.",
    explanation: """
      Merge keys are an extension of YAML 1.1 whose precedence readers disagree about. Anchors and \
      aliases of whole values work; what several endpoints share is better an ACL set.
      """,
    bad: "base: &base {direction: in}\nweb: {<<: *base, action: allow}",
    good: "base: &base {direction: in, action: allow}\nweb: *base")

  package static let yamlComplexKey = DiagnosticCode(
    "yaml-complex-key",
    summary: "A key is not plain text.",
    explanation: "Keys are words. A list, a mapping or an alias cannot be a key.",
    bad: "[a, b]: c", good: "'[a, b]': c")

  package static let yamlUnknownAlias = DiagnosticCode(
    "yaml-unknown-alias",
    summary: "An alias names an anchor that is not defined before it.",
    explanation: """
      '*name' stands for the value that carries '&name' further up in the same file. A text that \
      begins with '*' needs quotes.
      """,
    bad: "acls: *web", good: "shared: &web []\nacls: *web")

  package static let yamlAliasCycle = DiagnosticCode(
    "yaml-alias-cycle",
    summary: "An alias stands inside the value it stands for.",
    explanation: "Such a value would contain itself and never end.",
    bad: "acls: &loop [*loop]", good: "acls: []")

  package static let yamlAliasLimit = DiagnosticCode(
    "yaml-alias-limit",
    summary: "The aliases of the file stand for too many values.",
    explanation: """
      All aliases together may stand for 1,000,000 values. A few lines of aliases to aliases could \
      otherwise stand for more than any memory holds.
      """)

  package static let duplicateKey = DiagnosticCode(
    "duplicate-key",
    summary: "A mapping has the same key twice.",
    explanation: """
      Most YAML readers silently keep one of the two, and which one differs. The note shows the first.
      """,
    bad: "action: allow\naction: block", good: "action: allow")
}
