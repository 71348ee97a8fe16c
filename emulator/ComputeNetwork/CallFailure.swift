import HNSEmulator
import JSONText

/// Why a function of the interface failed: the HRESULT it returns and the text of its error record.
struct CallFailure: Error, Hashable {
  let code: HCNErrorCode
  /// The text of the record, without the period and space at its end.
  let text: String

  /// The error of the service.
  init(_ error: HCNError) { self.init(error.code, error.text) }

  private init(_ code: HCNErrorCode, _ text: String) {
    self.code = code
    self.text = text
  }

  /// An invalid parameter or setting without a code of its own.
  ///
  /// - Parameter explanation: What is wrong and what is expected.
  static func invalidArgument(_ explanation: String) -> CallFailure {
    let code = HCNErrorCode.invalidArgument
    return CallFailure(code, "\(code.text). \(explanation)")
  }

  /// A text that is not valid UTF-16 or not JSON (reference: hns, 3.2).
  static let invalidJSON = CallFailure(HCNError(.invalidJSON))
  /// E_NOTIMPL.
  static let notImplemented = CallFailure(HCNError(.notImplemented))
  /// E_HANDLE: a handle that was closed, was never issued or is of another kind.
  static let invalidHandle = CallFailure(HCNErrorCode(rawValue: 0x8007_0006), "The handle is invalid")
  /// E_POINTER: no pointer for the result, or no id.
  static let invalidPointer = CallFailure(HCNErrorCode(rawValue: 0x8000_4003), "Invalid pointer")
  /// E_OUTOFMEMORY: no memory for the result, or no thread.
  static let outOfMemory = CallFailure(
    HCNErrorCode(rawValue: 0x8007_000e),
    "Not enough memory resources are available to complete this operation")

  /// The HRESULT.
  var status: Int32 { Int32(bitPattern: code.rawValue) }

  /// The error record, in the same form as the service's own (reference: hns, 3.1).
  var record: JSON {
    ["Success": false, "Error": .string(text + ". "), "ErrorCode": .integer(Int64(code.rawValue))]
  }
}
