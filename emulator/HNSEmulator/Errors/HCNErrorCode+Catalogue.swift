extension HCNErrorCode {
  /// `HCN_E_NETWORK_NOT_FOUND`: The network was not found.
  public static let networkNotFound = HCNErrorCode(0x803b0001)
  /// `HCN_E_ENDPOINT_NOT_FOUND`: The endpoint was not found.
  public static let endpointNotFound = HCNErrorCode(0x803b0002)
  /// `HCN_E_LAYER_NOT_FOUND`: The network's underlying layer was not found.
  public static let layerNotFound = HCNErrorCode(0x803b0003)
  /// `HCN_E_SWITCH_NOT_FOUND`: The virtual switch was not found.
  public static let switchNotFound = HCNErrorCode(0x803b0004)
  /// `HCN_E_SUBNET_NOT_FOUND`: The network does not have a subnet for this endpoint.
  public static let subnetNotFound = HCNErrorCode(0x803b0005)
  /// `HCN_E_ADAPTER_NOT_FOUND`: An adapter was not found.
  public static let adapterNotFound = HCNErrorCode(0x803b0006)
  /// `HCN_E_PORT_NOT_FOUND`: The switch-port was not found.
  public static let portNotFound = HCNErrorCode(0x803b0007)
  /// `HCN_E_POLICY_NOT_FOUND`: An expected policy was not found.
  public static let policyNotFound = HCNErrorCode(0x803b0008)
  /// `HCN_E_VFP_PORTSETTING_NOT_FOUND`: A required VFP port setting was not found.
  public static let vfpPortSettingNotFound = HCNErrorCode(0x803b0009)
  /// `HCN_E_INVALID_NETWORK`: The provided network configuration is invalid or missing parameters.
  public static let invalidNetwork = HCNErrorCode(0x803b000a)
  /// `HCN_E_INVALID_NETWORK_TYPE`: Invalid network type.
  public static let invalidNetworkType = HCNErrorCode(0x803b000b)
  /// `HCN_E_INVALID_ENDPOINT`: The provided endpoint configuration is invalid or missing parameters.
  public static let invalidEndpoint = HCNErrorCode(0x803b000c)
  /// `HCN_E_INVALID_POLICY`: The provided policy configuration is invalid or missing parameters.
  public static let invalidPolicy = HCNErrorCode(0x803b000d)
  /// `HCN_E_INVALID_POLICY_TYPE`: Invalid policy type.
  public static let invalidPolicyType = HCNErrorCode(0x803b000e)
  /// `HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION`: This requested operation is invalid for a remote endpoint.
  public static let invalidRemoteEndpointOperation = HCNErrorCode(0x803b000f)
  /// `HCN_E_NETWORK_ALREADY_EXISTS`: A network with this name already exists.
  public static let networkAlreadyExists = HCNErrorCode(0x803b0010)
  /// `HCN_E_LAYER_ALREADY_EXISTS`: A network with this name already exists.
  public static let layerAlreadyExists = HCNErrorCode(0x803b0011)
  /// `HCN_E_POLICY_ALREADY_EXISTS`: Policy information already exists on this object.
  public static let policyAlreadyExists = HCNErrorCode(0x803b0012)
  /// `HCN_E_PORT_ALREADY_EXISTS`: The specified port already exists.
  public static let portAlreadyExists = HCNErrorCode(0x803b0013)
  /// `HCN_E_ENDPOINT_ALREADY_ATTACHED`: This endpoint is already attached to the switch.
  public static let endpointAlreadyAttached = HCNErrorCode(0x803b0014)
  /// `HCN_E_REQUEST_UNSUPPORTED`: The specified request is unsupported.
  public static let requestUnsupported = HCNErrorCode(0x803b0015)
  /// `HCN_E_MAPPING_NOT_SUPPORTED`: Port mapping is not supported on the given network.
  public static let mappingNotSupported = HCNErrorCode(0x803b0016)
  /// `HCN_E_DEGRADED_OPERATION`: This requested operation is invalid as it was attempted on a degraded object.
  public static let degradedOperation = HCNErrorCode(0x803b0017)
  /// `HCN_E_SHARED_SWITCH_MODIFICATION`: Cannot modify a switch shared by multiple networks.
  public static let sharedSwitchModification = HCNErrorCode(0x803b0018)
  /// `HCN_E_GUID_CONVERSION_FAILURE`: Failed to interpret a parameter as a GUID.
  public static let guidConversionFailure = HCNErrorCode(0x803b0019)
  /// `HCN_E_REGKEY_FAILURE`: Failed to process registry key.
  public static let registryKeyFailure = HCNErrorCode(0x803b001a)
  /// `HCN_E_INVALID_JSON`: Invalid JSON document string.
  public static let invalidJSON = HCNErrorCode(0x803b001b)
  /// `HCN_E_INVALID_JSON_REFERENCE`: The reference is invalid in the JSON document.
  public static let invalidJSONReference = HCNErrorCode(0x803b001c)
  /// `HCN_E_ENDPOINT_SHARING_DISABLED`: Endpoint sharing is disabled.
  public static let endpointSharingDisabled = HCNErrorCode(0x803b001d)
  /// `HCN_E_INVALID_IP`: IP address is either invalid or not part of any configured subnet(s).
  public static let invalidIP = HCNErrorCode(0x803b001e)
  /// `HCN_E_SWITCH_EXTENSION_NOT_FOUND`: The specified switch extension does not exist on this switch.
  public static let switchExtensionNotFound = HCNErrorCode(0x803b001f)
  /// `HCN_E_MANAGER_STOPPED`: Operation cannot be performed while service is stopping.
  public static let managerStopped = HCNErrorCode(0x803b0020)
  /// `GCN_E_MODULE_NOT_FOUND`: The specified service module was not found.
  public static let moduleNotFound = HCNErrorCode(0x803b0021)
  /// `GCN_E_NO_REQUEST_HANDLERS`: Request Handlers not present to handle the JSON request.
  public static let noRequestHandlers = HCNErrorCode(0x803b0022)
  /// `GCN_E_REQUEST_UNSUPPORTED`: The specified request is unsupported.
  public static let guestRequestUnsupported = HCNErrorCode(0x803b0023)
  /// `GCN_E_RUNTIMEKEYS_FAILED`: Add runtime keys to container failed.
  public static let runtimeKeysFailed = HCNErrorCode(0x803b0024)
  /// `GCN_E_NETADAPTER_TIMEOUT`: Timeout waiting for adapter with given instance id.
  public static let netAdapterTimeout = HCNErrorCode(0x803b0025)
  /// `GCN_E_NETADAPTER_NOT_FOUND`: Network adapter not found for the given instance id.
  public static let netAdapterNotFound = HCNErrorCode(0x803b0026)
  /// `GCN_E_NETCOMPARTMENT_NOT_FOUND`: Network compartment not found for the given id.
  public static let netCompartmentNotFound = HCNErrorCode(0x803b0027)
  /// `GCN_E_NETINTERFACE_NOT_FOUND`: Network interface not found for the given id.
  public static let netInterfaceNotFound = HCNErrorCode(0x803b0028)
  /// `GCN_E_DEFAULTNAMESPACE_EXISTS`: Default Namespace already exists.
  public static let defaultNamespaceExists = HCNErrorCode(0x803b0029)
  /// `HCN_E_ICS_DISABLED`: Internet Connection Sharing service (SharedAccess) is disabled and cannot be started.
  public static let icsDisabled = HCNErrorCode(0x803b002a)
  /// `HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS`: This requested operation is invalid as endpoint is already part of a network namespace.
  public static let endpointNamespaceAlreadyExists = HCNErrorCode(0x803b002b)
  /// `HCN_E_ENTITY_HAS_REFERENCES`: The specified entity cannot be removed while it still has references.
  public static let entityHasReferences = HCNErrorCode(0x803b002c)
  /// `HCN_E_INVALID_INTERNAL_PORT`: The internal port must exist and cannot be zero.
  public static let invalidInternalPort = HCNErrorCode(0x803b002d)
  /// `HCN_E_NAMESPACE_ATTACH_FAILED`: The requested operation for attach namespace failed.
  public static let namespaceAttachFailed = HCNErrorCode(0x803b002e)
  /// `HCN_E_ADDR_INVALID_OR_RESERVED`: An address provided is invalid or reserved.
  public static let addressInvalidOrReserved = HCNErrorCode(0x803b002f)
  /// `HCN_E_INVALID_PREFIX`: The prefix provided is invalid.
  public static let invalidPrefix = HCNErrorCode(0x803b0030)
  /// `HCN_E_OBJECT_USED_AFTER_UNLOAD`: A call was performed against an object that was torn down.
  public static let objectUsedAfterUnload = HCNErrorCode(0x803b0031)
  /// `HCN_E_INVALID_SUBNET`: The provided subnet configuration is invalid or missing parameters.
  public static let invalidSubnet = HCNErrorCode(0x803b0032)
  /// `HCN_E_INVALID_IP_SUBNET`: The provided IP subnet configuration is invalid or missing parameters.
  public static let invalidIPSubnet = HCNErrorCode(0x803b0033)
  /// `HCN_E_ENDPOINT_NOT_ATTACHED`: The endpoint must be attached to complete the operation.
  public static let endpointNotAttached = HCNErrorCode(0x803b0034)
  /// `HCN_E_ENDPOINT_NOT_LOCAL`: The endpoint must be local to complete the operation.
  public static let endpointNotLocal = HCNErrorCode(0x803b0035)
  /// `HCN_INTERFACEPARAMETERS_ALREADY_APPLIED`: Cannot apply more than one InterfaceParameters policy.
  public static let interfaceParametersAlreadyApplied = HCNErrorCode(0x803b0036)
  /// `HCN_E_VFP_NOT_ALLOWED`: A network of this type can not be created because VFP is not available.
  public static let vfpNotAllowed = HCNErrorCode(0x803b0037)
  /// `ERROR_NOT_FOUND`: Element not found.
  public static let elementNotFound = HCNErrorCode(0x80070490)
  /// `E_INVALIDARG`: The parameter is incorrect.
  public static let invalidArgument = HCNErrorCode(0x80070057)
  /// `ERROR_DUP_NAME`: You were not connected because a duplicate name exists on the network.
  public static let duplicateName = HCNErrorCode(0x80070034)
  /// `ERROR_SHARING_VIOLATION`: The process cannot access the file because it is being used by another process.
  public static let sharingViolation = HCNErrorCode(0x80070020)
  /// `ERROR_ALREADY_EXISTS`: Cannot create a file when that file already exists.
  public static let alreadyExists = HCNErrorCode(0x800700b7)
  /// `ERROR_OBJECT_ALREADY_EXISTS`: The object already exists.
  public static let objectAlreadyExists = HCNErrorCode(0x80071392)
  /// `ERROR_MOD_NOT_FOUND`: The specified module could not be found.
  public static let moduleMissing = HCNErrorCode(0x8007007e)
  /// `ERROR_WRITE_FAULT`: The system cannot write to the specified device.
  public static let writeFault = HCNErrorCode(0x8007001d)
  /// `ERROR_DISK_FULL`: There is not enough space on the disk.
  public static let diskFull = HCNErrorCode(0x80070070)
  /// `E_NOTIMPL`: Not implemented.
  public static let notImplemented = HCNErrorCode(0x80004001)

  /// Every known code, with its name and its text (reference: hns, 3.2).
  ///
  /// The texts of 0x803b0017, 0x803b0021, 0x803b002b and 0x803b0033 are abbreviated in the reference and
  /// completed here.
  package static let catalogue: [(code: HCNErrorCode, name: String, text: String)] = [
    (.networkNotFound, "HCN_E_NETWORK_NOT_FOUND", "The network was not found"),
    (.endpointNotFound, "HCN_E_ENDPOINT_NOT_FOUND", "The endpoint was not found"),
    (.layerNotFound, "HCN_E_LAYER_NOT_FOUND", "The network's underlying layer was not found"),
    (.switchNotFound, "HCN_E_SWITCH_NOT_FOUND", "The virtual switch was not found"),
    (.subnetNotFound, "HCN_E_SUBNET_NOT_FOUND", "The network does not have a subnet for this endpoint"),
    (.adapterNotFound, "HCN_E_ADAPTER_NOT_FOUND", "An adapter was not found"),
    (.portNotFound, "HCN_E_PORT_NOT_FOUND", "The switch-port was not found"),
    (.policyNotFound, "HCN_E_POLICY_NOT_FOUND", "An expected policy was not found"),
    (
      .vfpPortSettingNotFound, "HCN_E_VFP_PORTSETTING_NOT_FOUND",
      "A required VFP port setting was not found"
    ),
    (
      .invalidNetwork, "HCN_E_INVALID_NETWORK",
      "The provided network configuration is invalid or missing parameters"
    ),
    (.invalidNetworkType, "HCN_E_INVALID_NETWORK_TYPE", "Invalid network type"),
    (
      .invalidEndpoint, "HCN_E_INVALID_ENDPOINT",
      "The provided endpoint configuration is invalid or missing parameters"
    ),
    (
      .invalidPolicy, "HCN_E_INVALID_POLICY",
      "The provided policy configuration is invalid or missing parameters"
    ),
    (.invalidPolicyType, "HCN_E_INVALID_POLICY_TYPE", "Invalid policy type"),
    (
      .invalidRemoteEndpointOperation, "HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION",
      "This requested operation is invalid for a remote endpoint"
    ),
    (.networkAlreadyExists, "HCN_E_NETWORK_ALREADY_EXISTS", "A network with this name already exists"),
    (.layerAlreadyExists, "HCN_E_LAYER_ALREADY_EXISTS", "A network with this name already exists"),
    (
      .policyAlreadyExists, "HCN_E_POLICY_ALREADY_EXISTS",
      "Policy information already exists on this object"
    ),
    (.portAlreadyExists, "HCN_E_PORT_ALREADY_EXISTS", "The specified port already exists"),
    (
      .endpointAlreadyAttached, "HCN_E_ENDPOINT_ALREADY_ATTACHED",
      "This endpoint is already attached to the switch"
    ),
    (.requestUnsupported, "HCN_E_REQUEST_UNSUPPORTED", "The specified request is unsupported"),
    (
      .mappingNotSupported, "HCN_E_MAPPING_NOT_SUPPORTED",
      "Port mapping is not supported on the given network"
    ),
    (
      .degradedOperation, "HCN_E_DEGRADED_OPERATION",
      "This requested operation is invalid as it was attempted on a degraded object"
    ),
    (
      .sharedSwitchModification, "HCN_E_SHARED_SWITCH_MODIFICATION",
      "Cannot modify a switch shared by multiple networks"
    ),
    (.guidConversionFailure, "HCN_E_GUID_CONVERSION_FAILURE", "Failed to interpret a parameter as a GUID"),
    (.registryKeyFailure, "HCN_E_REGKEY_FAILURE", "Failed to process registry key"),
    (.invalidJSON, "HCN_E_INVALID_JSON", "Invalid JSON document string"),
    (
      .invalidJSONReference, "HCN_E_INVALID_JSON_REFERENCE",
      "The reference is invalid in the JSON document"
    ),
    (.endpointSharingDisabled, "HCN_E_ENDPOINT_SHARING_DISABLED", "Endpoint sharing is disabled"),
    (
      .invalidIP, "HCN_E_INVALID_IP",
      "IP address is either invalid or not part of any configured subnet(s)"
    ),
    (
      .switchExtensionNotFound, "HCN_E_SWITCH_EXTENSION_NOT_FOUND",
      "The specified switch extension does not exist on this switch"
    ),
    (.managerStopped, "HCN_E_MANAGER_STOPPED", "Operation cannot be performed while service is stopping"),
    (.moduleNotFound, "GCN_E_MODULE_NOT_FOUND", "The specified service module was not found"),
    (
      .noRequestHandlers, "GCN_E_NO_REQUEST_HANDLERS",
      "Request Handlers not present to handle the JSON request"
    ),
    (.guestRequestUnsupported, "GCN_E_REQUEST_UNSUPPORTED", "The specified request is unsupported"),
    (.runtimeKeysFailed, "GCN_E_RUNTIMEKEYS_FAILED", "Add runtime keys to container failed"),
    (.netAdapterTimeout, "GCN_E_NETADAPTER_TIMEOUT", "Timeout waiting for adapter with given instance id"),
    (
      .netAdapterNotFound, "GCN_E_NETADAPTER_NOT_FOUND",
      "Network adapter not found for the given instance id"
    ),
    (
      .netCompartmentNotFound, "GCN_E_NETCOMPARTMENT_NOT_FOUND",
      "Network compartment not found for the given id"
    ),
    (.netInterfaceNotFound, "GCN_E_NETINTERFACE_NOT_FOUND", "Network interface not found for the given id"),
    (.defaultNamespaceExists, "GCN_E_DEFAULTNAMESPACE_EXISTS", "Default Namespace already exists"),
    (
      .icsDisabled, "HCN_E_ICS_DISABLED",
      "Internet Connection Sharing service (SharedAccess) is disabled and cannot be started"
    ),
    (
      .endpointNamespaceAlreadyExists, "HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS",
      "This requested operation is invalid as endpoint is already part of a network namespace"
    ),
    (
      .entityHasReferences, "HCN_E_ENTITY_HAS_REFERENCES",
      "The specified entity cannot be removed while it still has references"
    ),
    (
      .invalidInternalPort, "HCN_E_INVALID_INTERNAL_PORT",
      "The internal port must exist and cannot be zero"
    ),
    (
      .namespaceAttachFailed, "HCN_E_NAMESPACE_ATTACH_FAILED",
      "The requested operation for attach namespace failed"
    ),
    (
      .addressInvalidOrReserved, "HCN_E_ADDR_INVALID_OR_RESERVED",
      "An address provided is invalid or reserved"
    ),
    (.invalidPrefix, "HCN_E_INVALID_PREFIX", "The prefix provided is invalid"),
    (
      .objectUsedAfterUnload, "HCN_E_OBJECT_USED_AFTER_UNLOAD",
      "A call was performed against an object that was torn down"
    ),
    (
      .invalidSubnet, "HCN_E_INVALID_SUBNET",
      "The provided subnet configuration is invalid or missing parameters"
    ),
    (
      .invalidIPSubnet, "HCN_E_INVALID_IP_SUBNET",
      "The provided IP subnet configuration is invalid or missing parameters"
    ),
    (
      .endpointNotAttached, "HCN_E_ENDPOINT_NOT_ATTACHED",
      "The endpoint must be attached to complete the operation"
    ),
    (.endpointNotLocal, "HCN_E_ENDPOINT_NOT_LOCAL", "The endpoint must be local to complete the operation"),
    (
      .interfaceParametersAlreadyApplied, "HCN_INTERFACEPARAMETERS_ALREADY_APPLIED",
      "Cannot apply more than one InterfaceParameters policy"
    ),
    (
      .vfpNotAllowed, "HCN_E_VFP_NOT_ALLOWED",
      "A network of this type can not be created because VFP is not available"
    ),
    (.elementNotFound, "ERROR_NOT_FOUND", "Element not found"),
    (.invalidArgument, "E_INVALIDARG", "The parameter is incorrect"),
    (
      .duplicateName, "ERROR_DUP_NAME",
      "You were not connected because a duplicate name exists on the network"
    ),
    (
      .sharingViolation, "ERROR_SHARING_VIOLATION",
      "The process cannot access the file because it is being used by another process"
    ),
    (.alreadyExists, "ERROR_ALREADY_EXISTS", "Cannot create a file when that file already exists"),
    (.objectAlreadyExists, "ERROR_OBJECT_ALREADY_EXISTS", "The object already exists"),
    (.moduleMissing, "ERROR_MOD_NOT_FOUND", "The specified module could not be found"),
    (.writeFault, "ERROR_WRITE_FAULT", "The system cannot write to the specified device"),
    (.diskFull, "ERROR_DISK_FULL", "There is not enough space on the disk"),
    (.notImplemented, "E_NOTIMPL", "Not implemented"),
  ]
}
