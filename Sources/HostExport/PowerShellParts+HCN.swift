extension PowerShellParts {
  /// The functions of computenetwork.dll, in the C# of Windows PowerShell 5.1.
  static let hcnLibrary =
    NativeLibrary.usings
    + lines(
      #"""
      namespace Hnsctl
      {
          public static class ComputeNetwork
          {
      """#) + NativeLibrary.imports([.create, .open, .modify, .query, .delete, .close])
    + lines(
      #"""

              // Performs one of the functions for creating, changing or deleting an object.
              public static void Call(string function, string id, string network, string settings)
              {
                  Guid guid = new Guid(id);
                  IntPtr handle = IntPtr.Zero;
                  IntPtr record = IntPtr.Zero;
                  if (function.StartsWith("HcnDelete", StringComparison.Ordinal))
                  {
                      string kind = function.Substring(9);
                      int status = Delete(kind, ref guid, out record);
                      Check(function, status, record);
                  }
                  else if (function.StartsWith("HcnModify", StringComparison.Ordinal))
                  {
                      string kind = function.Substring(9);
                      handle = OpenOrFail(kind, id);
                      try { Check(function, Modify(kind, handle, settings, out record), record); }
                      finally { Close(kind, handle); }
                  }
                  else if (function == "HcnCreateEndpoint")
                  {
                      IntPtr owner = OpenOrFail("Network", network);
                      try
                      {
                          Check(function, HcnCreateEndpoint(owner, ref guid, settings, out handle, out record), record);
                          HcnCloseEndpoint(handle);
                      }
                      finally { HcnCloseNetwork(owner); }
                  }
                  else if (function.StartsWith("HcnCreate", StringComparison.Ordinal))
                  {
                      string kind = function.Substring(9);
                      Check(function, Create(kind, ref guid, settings, out handle, out record), record);
                      Close(kind, handle);
                  }
                  else
                  {
                      throw new ArgumentException("unknown function " + function);
                  }
              }

              // The document of an object; null if there is none.
              public static string Query(string kind, string id)
              {
                  Guid guid = new Guid(id);
                  IntPtr handle, record, properties;
                  int status = Open(kind, ref guid, out handle, out record);
                  if (IsMissing(status)) { Take(record); return null; }
                  Check("HcnOpen" + kind, status, record);
                  try
                  {
                      string query = \#(NativeLibrary.query);
                      Check("HcnQuery" + kind + "Properties", Properties(kind, handle, query, out properties, out record), record);
                      return Take(properties);
                  }
                  finally { Close(kind, handle); }
              }

              static IntPtr OpenOrFail(string kind, string id)
              {
                  Guid guid = new Guid(id);
                  IntPtr handle, record;
                  Check("HcnOpen" + kind, Open(kind, ref guid, out handle, out record), record);
                  return handle;
              }

              static int Create(string kind, ref Guid id, string settings, out IntPtr handle, out IntPtr record)
              {
                  switch (kind)
                  {
                      case "Network": return HcnCreateNetwork(ref id, settings, out handle, out record);
                      case "Namespace": return HcnCreateNamespace(ref id, settings, out handle, out record);
                      default: return HcnCreateLoadBalancer(ref id, settings, out handle, out record);
                  }
              }

              static int Open(string kind, ref Guid id, out IntPtr handle, out IntPtr record)
              {
                  switch (kind)
                  {
                      case "Network": return HcnOpenNetwork(ref id, out handle, out record);
                      case "Endpoint": return HcnOpenEndpoint(ref id, out handle, out record);
                      case "Namespace": return HcnOpenNamespace(ref id, out handle, out record);
                      default: return HcnOpenLoadBalancer(ref id, out handle, out record);
                  }
              }

              static int Modify(string kind, IntPtr handle, string settings, out IntPtr record)
              {
                  switch (kind)
                  {
                      case "Network": return HcnModifyNetwork(handle, settings, out record);
                      case "Endpoint": return HcnModifyEndpoint(handle, settings, out record);
                      case "Namespace": return HcnModifyNamespace(handle, settings, out record);
                      default: return HcnModifyLoadBalancer(handle, settings, out record);
                  }
              }

              static int Properties(string kind, IntPtr handle, string query, out IntPtr properties, out IntPtr record)
              {
                  switch (kind)
                  {
                      case "Network": return HcnQueryNetworkProperties(handle, query, out properties, out record);
                      case "Endpoint": return HcnQueryEndpointProperties(handle, query, out properties, out record);
                      case "Namespace": return HcnQueryNamespaceProperties(handle, query, out properties, out record);
                      default: return HcnQueryLoadBalancerProperties(handle, query, out properties, out record);
                  }
              }

              static int Delete(string kind, ref Guid id, out IntPtr record)
              {
                  switch (kind)
                  {
                      case "Network": return HcnDeleteNetwork(ref id, out record);
                      case "Endpoint": return HcnDeleteEndpoint(ref id, out record);
                      case "Namespace": return HcnDeleteNamespace(ref id, out record);
                      default: return HcnDeleteLoadBalancer(ref id, out record);
                  }
              }

              static int Close(string kind, IntPtr handle)
              {
                  switch (kind)
                  {
                      case "Network": return HcnCloseNetwork(handle);
                      case "Endpoint": return HcnCloseEndpoint(handle);
                      case "Namespace": return HcnCloseNamespace(handle);
                      default: return HcnCloseLoadBalancer(handle);
                  }
              }

              static bool IsMissing(int status)
              {
                  return status == unchecked((int)0x803b0001) || status == unchecked((int)0x803b0002)
                      || status == unchecked((int)0x80070490);
              }

      """#) + NativeLibrary.take
    + lines(
      #"""

              static void Check(string function, int status, IntPtr record)
              {
                  string text = Take(record);
                  if (status >= 0 && string.IsNullOrEmpty(text)) { return; }
                  throw new COMException(function + ": 0x" + status.ToString("x8") + " " + text, status);
              }
          }
      }
      """#)
}
