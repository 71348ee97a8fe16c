/// Declarations of the libraries of HNS in the C# of Windows PowerShell 5.1, which scripts compile.
enum NativeLibrary {
  /// The kinds of objects, as the functions of computenetwork.dll name them.
  static let kinds = ["Network", "Endpoint", "Namespace", "LoadBalancer"]

  /// What the functions of computenetwork.dll do with an object of a kind.
  enum Function {
    case create, open, modify, query, delete, close, enumerate

    /// The declaration for a kind; an endpoint is created on a network (reference: hns, 3).
    func signature(_ kind: String) -> String {
      switch self {
      case .create:
        "Create\(kind)(\(kind == "Endpoint" ? "IntPtr network, " : "")ref Guid id, string settings, "
          + "out IntPtr handle, out IntPtr record)"
      case .open: "Open\(kind)(ref Guid id, out IntPtr handle, out IntPtr record)"
      case .modify: "Modify\(kind)(IntPtr handle, string settings, out IntPtr record)"
      case .query:
        "Query\(kind)Properties(IntPtr handle, string query, out IntPtr properties, out IntPtr record)"
      case .delete: "Delete\(kind)(ref Guid id, out IntPtr record)"
      case .close: "Close\(kind)(IntPtr handle)"
      case .enumerate: "Enumerate\(kind)s(string query, out IntPtr result, out IntPtr record)"
      }
    }
  }

  /// Functions of computenetwork.dll for every kind.
  static func imports(_ functions: [Function]) -> [String] {
    kinds.flatMap { kind in
      functions.flatMap { declaration("Hcn\($0.signature(kind))", of: "computenetwork.dll") }
    }
  }

  /// `HNSCall` of vmcompute.dll (reference: hns, 4).
  static let hnsCall = declaration(
    "HNSCall(string method, string path, string request, out IntPtr response)", of: "vmcompute.dll")

  private static func declaration(_ signature: String, of library: String) -> [String] {
    [
      #"[DllImport("\#(library)", CharSet = CharSet.Unicode, ExactSpelling = true)]"#,
      "static extern int \(signature);",
    ].map { indentation + $0 }
  }

  /// How far members of a class are indented.
  private static let indentation = "        "

  /// What every library begins with.
  static let usings = ["using System;", "using System.Runtime.InteropServices;", ""]

  /// The query for a whole document, as a literal.
  static let query = #""{\"SchemaVersion\":{\"Major\":2,\"Minor\":0},\"Flags\":0,\"Filter\":\"{}\"}""#

  /// A function that takes over a text and frees it.
  static let take = [
    "static string Take(IntPtr text)", "{", "    if (text == IntPtr.Zero) { return null; }",
    "    string result = Marshal.PtrToStringUni(text);", "    Marshal.FreeCoTaskMem(text);",
    "    return result;", "}",
  ].map { indentation + $0 }
}
