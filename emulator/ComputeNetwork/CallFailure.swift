import HNSEmulator
import JSONText

/// Why a function of the interface failed: the HRESULT it returns and the text of its error record.
struct CallFailure: Error, Hashable {
  let code: HCNErrorCode
  /// The text of the record, without the period and blank that end it.
  let text: String

  /// What the service answered.
  init(_ error: HCNError) { self.init(error.code, error.text) }

  private init(_ code: HCNErrorCode, _ text: String) {
    self.code = code
    self.text = text
  }

  /// A parameter or setting that is wrong for a reason no code states.
  ///
  /// - Parameter explanation: What is wrong and what would not be.
  static func invalidArgument(_ explanation: String) -> CallFailure {
    let code = HCNErrorCode.invalidArgument
    return CallFailure(code, "\(code.text). \(explanation)")
  }

  /// A text that is no UTF-16 or no JSON (reference: hns, 3.2).
  static let invalidJSON = CallFailure(HCNError(.invalidJSON))
  /// E_NOTIMPL.
  static let notImplemented = CallFailure(HCNError(.notImplemented))
  /// E_HANDLE: a handle that was closed, never given out or is of another kind.
  static let invalidHandle = CallFailure(HCNErrorCode(rawValue: 0x8007_0006), "The handle is invalid")
  /// E_POINTER: no place for what the function gives back, or no id.
  static let invalidPointer = CallFailure(HCNErrorCode(rawValue: 0x8000_4003), "Invalid pointer")
  /// E_OUTOFMEMORY: no memory for what the function gives back, or no thread.
  static let outOfMemory = CallFailure(
    HCNErrorCode(rawValue: 0x8007_000e),
    "Not enough memory resources are available to complete this operation")

  /// The HRESULT.
  var status: Int32 { Int32(bitPattern: code.rawValue) }

  /// The error record, of the form the service's own have (reference: hns, 3.1).
  var record: JSON {
    ["Success": false, "Error": .string(text + ". "), "ErrorCode": .integer(Int64(code.rawValue))]
  }
}
