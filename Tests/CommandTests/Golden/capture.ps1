#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Writes the network policy of this host to one JSON file, for hnsctl.

.DESCRIPTION
The script only reads, and writes one file. It needs nothing that is not part of Windows. The file has the Windows
build, the documents of the Host Networking Service, compartments and addresses, the Windows Firewall, ports in
use, DNS settings and, where vfpctrl exists, the rules of the Virtual Filtering Platform. What could not be read
is listed in it under "unread". Keys of encryption policies are replaced, and computer, user and program data that
are not network policy are left out.

.PARAMETER Path
The file to write.
#>
[CmdletBinding()]
param([string]$Path = 'host-capture.json')

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$capture = [ordered]@{ kind = 'HostCapture'; formatVersion = 1 }
$unread = New-Object System.Collections.ArrayList

# Runs the reader of a section. A section that cannot be read is left out and listed with the error.
function Read-Section([string]$Name, [scriptblock]$Reader) {
  try { return , (& $Reader) } catch {
    $null = $unread.Add([ordered]@{ section = $Name; error = "$($_.Exception.Message)".Trim() })
    return , $null
  }
}

function Add-Section($Target, [string]$Key, [string]$Name, [scriptblock]$Reader) {
  $value = Read-Section $Name $Reader
  if ($null -ne $value) { $Target[$Key] = $value }
}

# Some members of objects, as lists without the metadata of their classes.
function Select-Members($Objects, [string[]]$Members) {
  $result = New-Object System.Collections.ArrayList
  foreach ($object in @($Objects)) {
    if ($null -eq $object) { continue }
    $row = [ordered]@{}
    foreach ($member in $Members) {
      $property = $object.PSObject.Properties[$member]
      if ($null -eq $property) { continue }
      $value = $property.Value
      if ($value -is [enum]) { $value = [int]$value }
      elseif ($value -is [array]) { $value = [object[]]@($value | ForEach-Object { "$_" }) }
      elseif ($null -ne $value -and $value -isnot [ValueType]) { $value = "$value" }
      $row[$member] = $value
    }
    $null = $result.Add($row)
  }
  return , $result.ToArray()
}

# A document without keys of encryption policies.
function Remove-Secret($Value) {
  if ($Value -is [System.Management.Automation.PSCustomObject]) {
    foreach ($member in @($Value.PSObject.Properties)) {
      if (@('Key', 'PresharedKey', 'Password', 'Secret') -contains $member.Name) { $member.Value = '(removed)' }
      else { Remove-Secret $member.Value }
    }
  }
  elseif ($Value -is [array]) { foreach ($element in $Value) { Remove-Secret $element } }
}

function ConvertFrom-Document([string]$Text) {
  $document = ConvertFrom-Json $Text
  Remove-Secret $document
  return , $document
}
$source = @'
using System;
using System.Runtime.InteropServices;

namespace Hnsctl
{
    // The reading functions of the libraries of the Host Networking Service, and no others.
    public static class Reader
    {
        [DllImport("vmcompute.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HNSCall(string method, string path, string request, out IntPtr response);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnEnumerateNetworks(string query, out IntPtr result, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenNetwork(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryNetworkProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseNetwork(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnEnumerateEndpoints(string query, out IntPtr result, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenEndpoint(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryEndpointProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseEndpoint(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnEnumerateNamespaces(string query, out IntPtr result, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenNamespace(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryNamespaceProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseNamespace(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnEnumerateLoadBalancers(string query, out IntPtr result, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenLoadBalancer(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryLoadBalancerProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseLoadBalancer(IntPtr handle);

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

        const string Query = "{\"SchemaVersion\":{\"Major\":2,\"Minor\":0},\"Flags\":0,\"Filter\":\"{}\"}";

        static string Checked(string function, int status, IntPtr result, IntPtr record)
        {
            string text = Take(result);
            string error = Take(record);
            if (status >= 0) { return text; }
            throw new COMException(function + ": 0x" + status.ToString("x8") + " " + error, status);
        }

        static string Take(IntPtr text)
        {
            if (text == IntPtr.Zero) { return null; }
            string result = Marshal.PtrToStringUni(text);
            Marshal.FreeCoTaskMem(text);
            return result;
        }
    }
}
'@

function Get-Reply([string]$RequestPath) {
  $text = [Hnsctl.Reader]::Get($RequestPath)
  if (-not $text) { return , @() }
  $reply = ConvertFrom-Document $text
  $success = $reply.PSObject.Properties['Success']
  if ($null -ne $success -and -not $success.Value) {
    $reason = $reply.PSObject.Properties['Error']
    throw "GET ${RequestPath}: $(if ($null -ne $reason) { $reason.Value } else { 'the request was refused' })"
  }
  $output = $reply.PSObject.Properties['Output']
  if ($null -eq $output -or $null -eq $output.Value) { return , @() }
  return , $output.Value
}

# The documents of schema 1; with a path for details, each object is read once more.
function Get-OlderDocuments([string]$List, [bool]$IsDetailed) {
  $result = New-Object System.Collections.ArrayList
  $documents = Get-Reply "/$List/"
  foreach ($document in @($documents)) {
    $detailed = $null
    if ($IsDetailed) { try { $detailed = Get-Reply "/$List/$($document.ID)/detailed" } catch { $detailed = $null } }
    $null = $result.Add($(if ($null -ne $detailed) { $detailed } else { $document }))
  }
  return , $result.ToArray()
}

function Get-NewerDocuments([string]$Kind) {
  $result = New-Object System.Collections.ArrayList
  $ids = ConvertFrom-Json ([Hnsctl.Reader]::Enumerate($Kind))
  foreach ($id in @($ids)) {
    if ($id) { $null = $result.Add((ConvertFrom-Document ([Hnsctl.Reader]::Properties($Kind, $id)))) }
  }
  return , $result.ToArray()
}

function Get-RegistryNumbers([string]$Key) {
  $result = [ordered]@{}
  $values = Get-ItemProperty -LiteralPath $Key
  foreach ($value in $values.PSObject.Properties) {
    if ($value.Value -is [int] -or $value.Value -is [long]) { $result[$value.Name] = $value.Value }
  }
  return , $result
}

# The text that a program prints.
function Read-Program([string]$Program, [string[]]$Arguments) {
  $lines = @(& $Program @Arguments 2>&1 | ForEach-Object { "$_" })
  return ($lines -join "`r`n") + "`r`n"
}

Add-Section $capture 'windows' 'windows' {
  $key = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  $windows = [ordered]@{ build = [int]$key.CurrentBuildNumber }
  $names = @{ UBR = 'revision'; ProductName = 'productName'; DisplayVersion = 'displayVersion'
    InstallationType = 'installationType' }
  foreach ($name in $names.Keys) {
    $property = $key.PSObject.Properties[$name]
    if ($null -ne $property) { $windows[$names[$name]] = $property.Value }
  }
  $windows
}

$hasReader = $null -ne (Read-Section 'hns' {
    if (-not ('Hnsctl.Reader' -as [type])) { Add-Type -TypeDefinition $source }
    $true
  })
if ($hasReader) {
  $hns = [ordered]@{}
  Add-Section $hns 'version' 'hns.version' { Get-Reply '/globals/version' }
  Add-Section $hns 'state' 'hns.state' { Get-RegistryNumbers 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State' }
  $capture['hns'] = $hns

  $older = [ordered]@{}
  Add-Section $older 'networks' 'v1.networks' { Get-OlderDocuments 'networks' $true }
  Add-Section $older 'endpoints' 'v1.endpoints' { Get-OlderDocuments 'endpoints' $false }
  Add-Section $older 'namespaces' 'v1.namespaces' { Get-OlderDocuments 'namespaces' $false }
  Add-Section $older 'policyLists' 'v1.policyLists' { Get-OlderDocuments 'policylists' $false }
  $capture['v1'] = $older

  $newer = [ordered]@{}
  Add-Section $newer 'networks' 'v2.networks' { Get-NewerDocuments 'Network' }
  Add-Section $newer 'endpoints' 'v2.endpoints' { Get-NewerDocuments 'Endpoint' }
  Add-Section $newer 'namespaces' 'v2.namespaces' { Get-NewerDocuments 'Namespace' }
  Add-Section $newer 'loadBalancers' 'v2.loadBalancers' { Get-NewerDocuments 'LoadBalancer' }
  $capture['v2'] = $newer
}

Add-Section $capture 'compartments' 'compartments' {
  Select-Members (Get-NetCompartment) 'CompartmentId', 'CompartmentDescription', 'CompartmentGuid'
}
Add-Section $capture 'interfaces' 'interfaces' {
  Select-Members (Get-NetIPInterface -IncludeAllCompartments) 'InterfaceAlias', 'InterfaceIndex', 'AddressFamily',
    'CompartmentId', 'NlMtu'
}
Add-Section $capture 'addresses' 'addresses' {
  Select-Members (Get-NetIPAddress -IncludeAllCompartments) 'IPAddress', 'PrefixLength', 'InterfaceAlias',
    'InterfaceIndex', 'AddressFamily'
}
Add-Section $capture 'adapters' 'adapters' {
  Select-Members (Get-NetAdapter -IncludeHidden) 'Name', 'InterfaceDescription', 'InterfaceIndex', 'InterfaceGuid',
    'MacAddress', 'Status'
}
Add-Section $capture 'connections' 'connections' {
  Select-Members (Get-NetConnectionProfile) 'InterfaceAlias', 'InterfaceIndex', 'NetworkCategory'
}

$firewall = [ordered]@{}
Add-Section $firewall 'profiles' 'firewall.profiles' {
  Select-Members (Get-NetFirewallProfile -PolicyStore ActiveStore) 'Name', 'InstanceID', 'Enabled',
    'DefaultInboundAction', 'DefaultOutboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules',
    'AllowLocalIPsecRules', 'AllowUnicastResponseToMulticast', 'EnableStealthModeForIPsec', 'DisabledInterfaceAliases'
}
Add-Section $firewall 'rules' 'firewall.rules' {
  Select-Members (Get-NetFirewallRule -PolicyStore ActiveStore) 'Name', 'InstanceID', 'DisplayName', 'Group',
    'Enabled', 'Profile', 'Direction', 'Action', 'EdgeTraversalPolicy', 'LooseSourceMapping', 'LocalOnlyMapping',
    'PrimaryStatus', 'EnforcementStatus', 'PolicyStoreSource', 'PolicyStoreSourceType'
}
$filters = [ordered]@{}
Add-Section $filters 'port' 'firewall.filters.port' {
  Select-Members (Get-NetFirewallPortFilter -PolicyStore ActiveStore) 'InstanceID', 'Protocol', 'LocalPort',
    'RemotePort', 'IcmpType', 'DynamicTarget'
}
Add-Section $filters 'address' 'firewall.filters.address' {
  Select-Members (Get-NetFirewallAddressFilter -PolicyStore ActiveStore) 'InstanceID', 'LocalAddress', 'RemoteAddress'
}
Add-Section $filters 'application' 'firewall.filters.application' {
  Select-Members (Get-NetFirewallApplicationFilter -PolicyStore ActiveStore) 'InstanceID', 'Program', 'Package'
}
Add-Section $filters 'service' 'firewall.filters.service' {
  Select-Members (Get-NetFirewallServiceFilter -PolicyStore ActiveStore) 'InstanceID', 'Service'
}
Add-Section $filters 'interface' 'firewall.filters.interface' {
  Select-Members (Get-NetFirewallInterfaceFilter -PolicyStore ActiveStore) 'InstanceID', 'InterfaceAlias'
}
Add-Section $filters 'interfaceType' 'firewall.filters.interfaceType' {
  Select-Members (Get-NetFirewallInterfaceTypeFilter -PolicyStore ActiveStore) 'InstanceID', 'InterfaceType'
}
Add-Section $filters 'security' 'firewall.filters.security' {
  Select-Members (Get-NetFirewallSecurityFilter -PolicyStore ActiveStore) 'InstanceID', 'Authentication',
    'Encryption', 'OverrideBlockRules', 'LocalUser', 'RemoteUser', 'RemoteMachine'
}
$firewall['filters'] = $filters
# Only the registry tells the compartment of a rule.
Add-Section $firewall 'ruleStrings' 'firewall.ruleStrings' {
  $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'
  $result = [ordered]@{}
  $values = Get-ItemProperty -LiteralPath $key
  foreach ($value in $values.PSObject.Properties) {
    if ("$($value.Value)" -match '\|comptid=') { $result[$value.Name] = "$($value.Value)" }
  }
  $result
}
$capture['firewall'] = $firewall

$ports = [ordered]@{}
Add-Section $ports 'tcp' 'ports.tcp' {
  Select-Members (Get-NetTCPConnection -State Listen) 'LocalAddress', 'LocalPort'
}
Add-Section $ports 'udp' 'ports.udp' { Select-Members (Get-NetUDPEndpoint) 'LocalAddress', 'LocalPort' }
Add-Section $ports 'excluded' 'ports.excluded' {
  $result = New-Object System.Collections.ArrayList
  foreach ($family in 'ipv4', 'ipv6') {
    foreach ($protocol in 'tcp', 'udp') {
      $reply = Read-Program 'netsh.exe' @('interface', $family, 'show', 'excludedportrange', "protocol=$protocol")
      $null = $result.Add([ordered]@{ protocol = $protocol; family = $family; reply = $reply })
    }
  }
  , $result.ToArray()
}
$capture['ports'] = $ports

$dns = [ordered]@{}
Add-Section $dns 'servers' 'dns.servers' {
  Select-Members (Get-DnsClientServerAddress) 'InterfaceAlias', 'InterfaceIndex', 'AddressFamily', 'ServerAddresses'
}
Add-Section $dns 'search' 'dns.search' {
  , @(@(Get-DnsClientGlobalSetting | ForEach-Object { $_.SuffixSearchList }) | Where-Object { $_ })
}
Add-Section $dns 'suffixes' 'dns.suffixes' {
  Select-Members (Get-DnsClient) 'InterfaceAlias', 'InterfaceIndex', 'ConnectionSpecificSuffix'
}
$capture['dns'] = $dns

# A reply of vfpctrl with its command line; only its list and get commands are ever used.
function Read-Vfp($Result, [string]$Port, [string]$Layer, [string]$Command) {
  $arguments = @()
  if ($Port) { $arguments += '/port', $Port }
  if ($Layer) { $arguments += '/layer', $Layer }
  $arguments += $Command
  $entry = [ordered]@{ command = 'vfpctrl ' + ($arguments -join ' ') }
  if ($Port) { $entry['port'] = $Port }
  if ($Layer) { $entry['layer'] = $Layer }
  $entry['reply'] = Read-Program 'vfpctrl.exe' $arguments
  $null = $Result.Add($entry)
  return $entry['reply']
}

Add-Section $capture 'vfp' 'vfp' {
  if (-not (Get-Command 'vfpctrl.exe' -ErrorAction SilentlyContinue)) { throw 'vfpctrl.exe is not installed' }
  $result = New-Object System.Collections.ArrayList
  $listing = Read-Vfp $result '' '' '/list-vmswitch-port'
  foreach ($port in [regex]::Matches($listing, '(?m)^\s*Port name\s+:\s+(\S+)')) {
    $name = $port.Groups[1].Value
    $null = Read-Vfp $result $name '' '/get-port-state'
    $layers = Read-Vfp $result $name '' '/list-layer'
    foreach ($layer in [regex]::Matches($layers, '(?m)^\s*LAYER : (\S+)')) {
      $layerName = $layer.Groups[1].Value
      $null = Read-Vfp $result $name $layerName '/list-group'
      $null = Read-Vfp $result $name $layerName '/list-rule'
    }
  }
  , $result.ToArray()
}

$capture['unread'] = $unread.ToArray()
$file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
[System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject $capture -Depth 64 -Compress))
Write-Output "Wrote $file. Not read: $($unread.Count) sections."
