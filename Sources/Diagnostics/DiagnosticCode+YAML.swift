extension DiagnosticCode {
  /// Codes about YAML syntax.
  static let yamlCodes: [DiagnosticCode] = [
    yamlSyntax, yamlTab, yamlEncoding, yamlControlCharacter, yamlEmpty, yamlTooLarge, yamlTooDeep,
    yamlSeveralDocuments, yamlTag, yamlMergeKey, yamlComplexKey, yamlUnknownAlias, yamlAliasCycle,
    yamlAliasLimit, duplicateKey,
  ]

  package static let yamlSyntax = DiagnosticCode(
    "yaml-syntax",
    summary: "The text is not valid YAML.",
    explanation: """
      The position is where the parser had to stop, which can be after the actual mistake; a note \
      shows where the enclosing list or mapping starts. Inside '[...]' and '{...}', text that \
      contains colons or commas, such as IPv6 addresses, must be quoted.
      """,
    bad: "addresses: [::1]", good: "addresses: ['::1']")

  package static let yamlTab = DiagnosticCode(
    "yaml-tab",
    summary: "A tab is used for indentation.",
    explanation: "YAML is indented with spaces only, because tabs have no fixed width.",
    bad: "host:\n\twindows: ltsc2022", good: "host:\n  windows: ltsc2022")

  package static let yamlEncoding = DiagnosticCode(
    "yaml-encoding",
    summary: "The file is not UTF-8.",
    explanation: """
      Files are read as UTF-8, with or without a byte order mark. UTF-16 and UTF-32, which some \
      Windows editors and PowerShell redirections write, are detected and refused: save the file as \
      UTF-8. So are files that are packed, with gzip for example: unpack them first.
      """)

  package static let yamlControlCharacter = DiagnosticCode(
    "yaml-control-character",
    summary: "The file contains a control character.",
    explanation: """
      Control characters other than tabs and line breaks are not allowed in a file, because they \
      would be invisible to its reader. Inside double quotes, write an escape such as "\\u0007" \
      instead.
      """)

  package static let yamlEmpty = DiagnosticCode(
    "yaml-empty",
    summary: "The file has no content.",
    explanation: "The file is empty or contains only comments.",
    bad: "# to be written", good: "apiVersion: hnsctl/v1\nkind: HostProfile\nname: web-node")

  package static let yamlTooLarge = DiagnosticCode(
    "yaml-too-large",
    summary: "The file is too large.",
    explanation: "A file can be up to 1 GiB (1,073,741,824 bytes). Split it into several profiles.")

  package static let yamlTooDeep = DiagnosticCode(
    "yaml-too-deep",
    summary: "Values are nested too deeply.",
    explanation: """
      Collections can be nested 64 levels deep; a profile needs fewer than 12. The limit keeps a \
      hostile file from consuming too much time.
      """)

  package static let yamlSeveralDocuments = DiagnosticCode(
    "yaml-several-documents",
    summary: "The file contains more than one document.",
    explanation: """
      A line of '---' starts a document, and a file can contain only one. Put each document into its \
      own file.
      """,
    bad: "name: first\n---\nname: second", good: "name: first")

  package static let yamlTag = DiagnosticCode(
    "yaml-tag",
    summary: "A value has a tag.",
    explanation: """
      The type of a value is determined by its key, so tags such as '!!str' have no effect and custom \
      tags have no meaning. Text that begins with '!' must be quoted.
      """,
    bad: "name: !!str web", good: "name: web")

  package static let yamlMergeKey = DiagnosticCode(
    "yaml-merge-key",
    summary: "A mapping uses the merge key '<<'.",
    explanation: """
      Merge keys are an extension of YAML 1.1, and parsers disagree about their precedence. Anchors \
      and aliases of whole values work; rules shared by several endpoints are better written as an \
      ACL set.
      """,
    bad: "base: &base {direction: in}\nweb: {<<: *base, action: allow}",
    good: "base: &base {direction: in, action: allow}\nweb: *base")

  package static let yamlComplexKey = DiagnosticCode(
    "yaml-complex-key",
    summary: "A key is not plain text.",
    explanation: "Keys are plain words. A list, a mapping or an alias cannot be a key.",
    bad: "[a, b]: c", good: "'[a, b]': c")

  package static let yamlUnknownAlias = DiagnosticCode(
    "yaml-unknown-alias",
    summary: "An alias refers to an anchor that is not defined before it.",
    explanation: """
      '*name' refers to the value marked '&name' earlier in the same file. Text that begins with '*' \
      must be quoted.
      """,
    bad: "acls: *web", good: "shared: &web []\nacls: *web")

  package static let yamlAliasCycle = DiagnosticCode(
    "yaml-alias-cycle",
    summary: "An alias is inside the value it refers to.",
    explanation: "Such a value would contain itself and never end.",
    bad: "acls: &loop [*loop]", good: "acls: []")

  package static let yamlAliasLimit = DiagnosticCode(
    "yaml-alias-limit",
    summary: "The aliases of the file expand to too many values.",
    explanation: """
      All aliases together can expand to at most 1,000,000 values. Otherwise a few lines of nested \
      aliases could expand to more values than fit in memory.
      """)

  package static let duplicateKey = DiagnosticCode(
    "duplicate-key",
    summary: "A mapping has the same key twice.",
    explanation: """
      Most YAML parsers silently keep one of the two, and they differ in which one. The note shows \
      the first.
      """,
    bad: "action: allow\naction: block", good: "action: allow")
}
