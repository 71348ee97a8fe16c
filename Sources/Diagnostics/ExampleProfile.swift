/// A complete profile that contains the given lines.
func exampleProfile(_ lines: String) -> String {
  """
  apiVersion: hnsctl/v1
  kind: HostProfile
  name: example
  \(lines)
  """
}
