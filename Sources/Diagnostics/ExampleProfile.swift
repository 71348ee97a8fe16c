/// A complete profile around the lines that an example is about.
func exampleProfile(_ lines: String) -> String {
  """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: example
  \(lines)
  """
}
