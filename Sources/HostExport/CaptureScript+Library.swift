extension CaptureScript {
  /// The reading functions of the libraries of HNS, in the C# of Windows PowerShell 5.1.
  static let library =
    (NativeLibrary.usings
    + PowerShellParts.lines(
      #"""
      namespace Hnsctl
      {
          // The reading functions of the libraries of the Host Networking Service, and no others.
          public static class Reader
          {
      """#) + NativeLibrary.hnsCall + NativeLibrary.imports([.enumerate, .open, .query, .close])
    + PowerShellParts.lines(
      #"""

              // The reply of HNS v1 to a GET.
              public static string Get(string path)
              {
                  IntPtr response;
                  int status = HNSCall("GET", path, "", out response);
                  return Checked("HNSCall GET " + path, status, response, IntPtr.Zero);
              }

              // The ids of the objects of a kind.
              public static string Enumerate(string kind)
              {
                  IntPtr result, record;
                  int status;
                  switch (kind)
                  {
                      case "Network": status = HcnEnumerateNetworks(Query, out result, out record); break;
                      case "Endpoint": status = HcnEnumerateEndpoints(Query, out result, out record); break;
                      case "Namespace": status = HcnEnumerateNamespaces(Query, out result, out record); break;
                      default: status = HcnEnumerateLoadBalancers(Query, out result, out record); break;
                  }
                  return Checked("HcnEnumerate" + kind + "s", status, result, record);
              }

              // The document of an object, of schema 2.
              public static string Properties(string kind, string id)
              {
                  Guid guid = new Guid(id);
                  IntPtr handle, record, result;
                  int status;
                  switch (kind)
                  {
                      case "Network": status = HcnOpenNetwork(ref guid, out handle, out record); break;
                      case "Endpoint": status = HcnOpenEndpoint(ref guid, out handle, out record); break;
                      case "Namespace": status = HcnOpenNamespace(ref guid, out handle, out record); break;
                      default: status = HcnOpenLoadBalancer(ref guid, out handle, out record); break;
                  }
                  Checked("HcnOpen" + kind, status, IntPtr.Zero, record);
                  try
                  {
                      switch (kind)
                      {
                          case "Network": status = HcnQueryNetworkProperties(handle, Query, out result, out record); break;
                          case "Endpoint": status = HcnQueryEndpointProperties(handle, Query, out result, out record); break;
                          case "Namespace": status = HcnQueryNamespaceProperties(handle, Query, out result, out record); break;
                          default: status = HcnQueryLoadBalancerProperties(handle, Query, out result, out record); break;
                      }
                      return Checked("HcnQuery" + kind + "Properties", status, result, record);
                  }
                  finally
                  {
                      switch (kind)
                      {
                          case "Network": HcnCloseNetwork(handle); break;
                          case "Endpoint": HcnCloseEndpoint(handle); break;
                          case "Namespace": HcnCloseNamespace(handle); break;
                          default: HcnCloseLoadBalancer(handle); break;
                      }
                  }
              }

              const string Query = \#(NativeLibrary.query);

              static string Checked(string function, int status, IntPtr result, IntPtr record)
              {
                  string text = Take(result);
                  string error = Take(record);
                  if (status >= 0) { return text; }
                  throw new COMException(function + ": 0x" + status.ToString("x8") + " " + error, status);
              }

      """#) + NativeLibrary.take + ["    }", "}"]).joined(separator: "\n")
}
