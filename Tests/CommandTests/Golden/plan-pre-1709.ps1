#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Performs a plan of hnsctl on this host.

.DESCRIPTION
The script first compares the objects that the plan rests on with their state when the plan was made, and stops
if one has changed. Steps that are already done are skipped. If a step fails, the steps of this run are undone.
It calls the libraries of the Host Networking Service; no module is needed. Containers are not started or stopped.

-WhatIf shows the steps without performing them; -Verbose also shows the steps that are already done.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param()

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$planName = 'profile pre-1709'
$planBuild = 14393

# The objects that the plan rests on: as they are before it, and after each of its steps.
$objects = @(
  @{
    Kind = 'Network'; Id = '52EE75B6-43DC-8180-AEFA-82F2E24C67E1'; Name = 'nat'
    Policies = @(); MustBeEmpty = $false; IsRestored = $false
    States = @(
      ''
      '{"name":["nat"],"type":["NAT"],"subnets":["172.30.0.0/20"],"gateways":["172.30.0.1"],"isolation":[],"address assignment":[]}'
    )
  }
  @{
    Kind = 'Endpoint'; Id = '7A84C279-ED38-83B8-8FF7-7F0AE04BB056'; Name = 'web'
    Policies = @('NAT'); MustBeEmpty = $false; IsRestored = $false
    States = @(
      ''
      '{"network":["52EE75B6-43DC-8180-AEFA-82F2E24C67E1"],"policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080}]}'
    )
  }
  @{
    Kind = 'Endpoint'; Id = '43D24157-2F43-89A4-AD66-3C18DAA6A55B'; Name = 'worker'
    Policies = @(); MustBeEmpty = $false; IsRestored = $false
    States = @(
      ''
      '{"network":["52EE75B6-43DC-8180-AEFA-82F2E24C67E1"]}'
    )
  }
  @{
    Kind = 'Namespace'; Id = 'DEBE855E-FE9B-8CF1-9249-293CD5E35A74'; Name = ''
    Policies = @(); MustBeEmpty = $false; IsRestored = $false
    States = @(
      ''
      '{"default":[false],"endpoints":[]}'
      '{"default":[false],"endpoints":["7A84C279-ED38-83B8-8FF7-7F0AE04BB056"]}'
    )
  }
  @{
    Kind = 'Namespace'; Id = '508327A5-2997-8CB1-93D8-5927B8D20092'; Name = ''
    Policies = @(); MustBeEmpty = $false; IsRestored = $false
    States = @(
      ''
      '{"default":[false],"endpoints":[]}'
      '{"default":[false],"endpoints":["43D24157-2F43-89A4-AD66-3C18DAA6A55B"]}'
    )
  }
)

# The steps, each with the requests that take it back.
$steps = @(
  @{
    Title = 'create network nat'
    Object = 0
    State = 1
    Requests = @(
      @{ Method = 'POST'; Path = '/networks/'; Body = '{"ID":"52EE75B6-43DC-8180-AEFA-82F2E24C67E1","Owner":"hnsctl/pre-1709","Name":"nat","Type":"NAT","Subnets":[{"AddressPrefix":"172.30.0.0/20","GatewayAddress":"172.30.0.1"}]}' }
    )
    Undo = @(
      @{ Method = 'DELETE'; Path = '/networks/52EE75B6-43DC-8180-AEFA-82F2E24C67E1'; Body = '' }
    )
  }
  @{
    Title = 'create endpoint web'
    Object = 1
    State = 1
    Requests = @(
      @{ Method = 'POST'; Path = '/endpoints/'; Body = '{"ID":"7a84c279-ed38-83b8-8ff7-7f0ae04bb056","Owner":"hnsctl/pre-1709","Name":"web","VirtualNetwork":"52EE75B6-43DC-8180-AEFA-82F2E24C67E1","Policies":[{"Type":"NAT","Protocol":"TCP","InternalPort":80,"ExternalPort":8080}]}' }
    )
    Undo = @(
      @{ Method = 'DELETE'; Path = '/endpoints/7A84C279-ED38-83B8-8FF7-7F0AE04BB056'; Body = '' }
    )
  }
  @{
    Title = 'create endpoint worker'
    Object = 2
    State = 1
    Requests = @(
      @{ Method = 'POST'; Path = '/endpoints/'; Body = '{"ID":"43d24157-2f43-89a4-ad66-3c18daa6a55b","Owner":"hnsctl/pre-1709","Name":"worker","VirtualNetwork":"52EE75B6-43DC-8180-AEFA-82F2E24C67E1"}' }
    )
    Undo = @(
      @{ Method = 'DELETE'; Path = '/endpoints/43D24157-2F43-89A4-AD66-3C18DAA6A55B'; Body = '' }
    )
  }
  @{
    Title = 'create the namespace of web'
    Object = 3
    State = 1
    Requests = @(
      @{ Method = 'POST'; Path = '/namespaces/'; Body = '{"ID":"DEBE855E-FE9B-8CF1-9249-293CD5E35A74","Owner":"hnsctl/pre-1709","IsDefault":false}' }
    )
    Undo = @(
      @{ Method = 'DELETE'; Path = '/namespaces/DEBE855E-FE9B-8CF1-9249-293CD5E35A74'; Body = '' }
    )
  }
  @{
    Title = 'attach endpoint web'
    Object = 3
    State = 2
    Requests = @(
      @{ Method = 'POST'; Path = '/namespaces/DEBE855E-FE9B-8CF1-9249-293CD5E35A74/addresource'; Body = '{"Type":"Endpoint","Data":{"Id":"7A84C279-ED38-83B8-8FF7-7F0AE04BB056"}}' }
    )
    Undo = @(
      @{ Method = 'POST'; Path = '/namespaces/DEBE855E-FE9B-8CF1-9249-293CD5E35A74/removeresource'; Body = '{"Type":"Endpoint","Data":{"Id":"7A84C279-ED38-83B8-8FF7-7F0AE04BB056"}}' }
    )
  }
  @{
    Title = 'create the namespace of worker'
    Object = 4
    State = 1
    Requests = @(
      @{ Method = 'POST'; Path = '/namespaces/'; Body = '{"ID":"508327A5-2997-8CB1-93D8-5927B8D20092","Owner":"hnsctl/pre-1709","IsDefault":false}' }
    )
    Undo = @(
      @{ Method = 'DELETE'; Path = '/namespaces/508327A5-2997-8CB1-93D8-5927B8D20092'; Body = '' }
    )
  }
  @{
    Title = 'attach endpoint worker'
    Object = 4
    State = 2
    Requests = @(
      @{ Method = 'POST'; Path = '/namespaces/508327A5-2997-8CB1-93D8-5927B8D20092/addresource'; Body = '{"Type":"Endpoint","Data":{"Id":"43D24157-2F43-89A4-AD66-3C18DAA6A55B"}}' }
    )
    Undo = @(
      @{ Method = 'POST'; Path = '/namespaces/508327A5-2997-8CB1-93D8-5927B8D20092/removeresource'; Body = '{"Type":"Endpoint","Data":{"Id":"43D24157-2F43-89A4-AD66-3C18DAA6A55B"}}' }
    )
  }
)

# The containers that the container runtime starts afterwards.
$containersToStart = @('web', 'worker')

if (-not ('Hnsctl.HostNetworkingService' -as [type])) {
  Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;

namespace Hnsctl
{
    public static class HostNetworkingService
    {
        [DllImport("vmcompute.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HNSCall(string method, string path, string request, out IntPtr response);

        public static string Call(string method, string path, string request)
        {
            IntPtr response;
            int status = HNSCall(method, path, request, out response);
            string text = Take(response);
            if (status < 0)
            {
                throw new COMException("HNSCall " + method + " " + path + ": 0x" + status.ToString("x8") + " " + text, status);
            }
            return text;
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
}

function Send-Request($Request) {
  $reply = [Hnsctl.HostNetworkingService]::Call($Request.Method, $Request.Path, $Request.Body)
  if (-not $reply) { return }
  $response = ConvertFrom-Json $reply
  if ((Get-Value $response 'Success') -eq $false) {
    throw ('{0} {1}: {2}' -f $Request.Method, $Request.Path, (Get-Value $response 'Error'))
  }
  Get-Value $response 'Output'
}

function Get-RequestName($Request) { 'HNSCall {0} {1}' -f $Request.Method, $Request.Path }

# The document of an object; nothing if there is none.
function Read-Document($Object) {
  $paths = @{ Network = '/networks/'; Endpoint = '/endpoints/'; Namespace = '/namespaces/'; LoadBalancer = '/policylists/' }
  $path = $paths[$Object.Kind]
  if (-not $script:lists.ContainsKey($path)) {
    $script:lists[$path] = @(Send-Request @{ Method = 'GET'; Path = $path; Body = '' })
  }
  $script:lists[$path] | Where-Object { (Get-Value $_ 'ID') -eq $Object.Id } | Select-Object -First 1
}

# A policy in one form: single protocols and ports as lists.
function ConvertTo-Policy($Policy) {
  $members = @{}
  foreach ($member in $Policy.PSObject.Properties) {
    switch ($member.Name) {
      'Scope' { }
      'Protocol' {
        if ((Get-Value $Policy 'Type') -ne 'ACL') { $members['Protocol'] = "$($member.Value)" }
        elseif (@(0, 256) -notcontains $member.Value) { $members['Protocols'] = "$($member.Value)" }
      }
      { @('LocalPort', 'RemotePort') -contains $_ } {
        if ($member.Value -ne 0) { $members[$_ + 's'] = "$($member.Value)" }
      }
      default { $members[$member.Name] = $member.Value }
    }
  }
  New-Object PSObject -Property $members
}

# A value that is compared, in one form.
function ConvertTo-Fact([string]$Name, $Value) {
  if (@('addresses', 'gateways') -contains $Name) { ConvertTo-Address $Value }
  elseif ($Name -eq 'MAC address' -or $Name -eq 'MAC pool') { "$Value".Replace(':', '-') }
  elseif ($Name -eq 'policies') { ConvertTo-Policy $Value }
  else { $Value }
}

# The names in a list with commas.
function Split-List([string]$Text) { $Text.Split(',') | ForEach-Object { $_.Trim() } | Where-Object { $_ } }

# What is compared of a document: lists by name. What a state does not mention is not compared.
function ConvertTo-Facts($Document, $Object) {
  $facts = @{}
  switch ($Object.Kind) {
    'Network' {
      $subnets = @(Get-List $Document 'Subnets')
      $facts['name'] = @(Get-Value $Document 'Name')
      $facts['type'] = @(Get-Value $Document 'Type')
      $facts['adapter'] = @(Get-Value $Document 'NetworkAdapterName' | Split-Adapters)
      $facts['subnets'] = @($subnets | ForEach-Object { Get-Value $_ 'AddressPrefix' } | Where-Object { $_ -notlike '*/0' })
      $facts['gateways'] = @($subnets | ForEach-Object { Get-Value $_ 'GatewayAddress' } | Where-Object { $_ })
      $facts['isolation'] = @($subnets | ForEach-Object {
          $prefix = Get-Value $_ 'AddressPrefix'
          foreach ($policy in @(Get-List $_ 'Policies')) {
            $kind = Get-Value $policy 'Type'
            if (@('VLAN', 'VSID') -contains $kind) { '{0} {1} {2}' -f $prefix, $kind, (Get-Value $policy $kind) }
          }
        })
      $facts['address assignment'] = @()
      $facts['VXLAN port'] = @()
      $facts['MAC pool'] = @(Get-List $Document 'MacPools' | ForEach-Object { Get-PoolText $_ })
      $facts['name servers'] = @(Split-List (Get-Value $Document 'DNSServerList'))
      $facts['search domains'] = @(Split-List (Get-Value $Document 'DNSSuffix'))
    }
    'Endpoint' {
      $facts['network'] = @(Get-Value $Document 'VirtualNetwork')
      $facts['MAC address'] = @(Get-List $Document 'MacAddress')
      $facts['addresses'] = @('IPAddress', 'IPv6Address' | ForEach-Object { Get-Value $Document $_ } |
          Where-Object { $_ })
      $facts['gateways'] = @('GatewayAddress', 'GatewayAddressV6' | ForEach-Object { Get-Value $Document $_ } |
          Where-Object { $_ })
      $facts['name servers'] = @(Split-List (Get-Value $Document 'DNSServerList'))
      $facts['search domains'] = @(Split-List (Get-Value $Document 'DNSSuffix'))
      $facts['policies'] = @(Get-List $Document 'Policies' |
          Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') })
    }
    'Namespace' {
      $facts['default'] = @([bool](Get-Value $Document 'IsDefault'))
      $members = Get-List $Document 'ResourceList' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
      $facts['endpoints'] = @($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
    }
    'LoadBalancer' {
      $facts['endpoints'] = @(Get-List $Document 'References')
      $facts['ports'] = @(Get-List $Document 'Policies')
    }
  }
  $facts
}

# The containers in a namespace.
function Get-Containers($Document) { Get-List $Document 'Containers' }

function Get-Value($Document, [string]$Name) {
  if ($null -eq $Document) { return }
  $property = $Document.PSObject.Properties[$Name]
  if ($null -ne $property) { $property.Value }
}

function Get-List($Document, [string]$Name) {
  Get-Value $Document $Name | Where-Object { $null -ne $_ }
}

# A value as text that does not depend on the order of members or the case of letters; empty for a default value.
function ConvertTo-Canonical($Value) {
  if ($null -eq $Value) { return '' }
  if ($Value -is [bool]) { if ($Value) { return 'true' } else { return '' } }
  if ($Value -is [string]) {
    if ($Value -eq '') { return '' }
    return '"' + $Value.ToLowerInvariant().Replace('\', '\\').Replace('"', '\"') + '"'
  }
  if ($Value -is [System.Management.Automation.PSCustomObject]) {
    $parts = @()
    foreach ($member in ($Value.PSObject.Properties | Sort-Object -Property Name)) {
      $text = ConvertTo-Canonical $member.Value
      if ($text -ne '') { $parts += '"' + $member.Name.ToLowerInvariant() + '":' + $text }
    }
    if ($parts.Count -eq 0) { return '' }
    return '{' + ($parts -join ',') + '}'
  }
  if ($Value -is [System.Collections.IEnumerable]) {
    $parts = @($Value | ForEach-Object { ConvertTo-Canonical $_ })
    if ($parts.Count -eq 0) { return '' }
    return '[' + ($parts -join ',') + ']'
  }
  $number = [string]::Format([System.Globalization.CultureInfo]::InvariantCulture, '{0}', $Value)
  if ($number -eq '0') { '' } else { $number }
}

# Values as one text, whatever their order.
function Join-Facts([string]$Name, $Values) {
  $texts = @($Values | Where-Object { $null -ne $_ } |
      ForEach-Object { ConvertTo-Canonical (ConvertTo-Fact $Name $_) } | Where-Object { $_ -ne '' })
  [array]::Sort($texts, [System.StringComparer]::Ordinal)
  $texts -join ' '
}

function ConvertTo-Address($Text) {
  $address = $null
  if ([System.Net.IPAddress]::TryParse($Text, [ref]$address)) { $address.ToString() } else { $Text }
}

# The members of policies of a type.
function Get-Settings($Policies, [string]$Type, [string]$Name) {
  $Policies | Where-Object { (Get-Value $_ 'Type') -eq $Type } |
    ForEach-Object { Get-Value (Get-Value $_ 'Settings') $Name } | Where-Object { $null -ne $_ }
}

# The adapters of a network; that of its switch stands for the physical one.
filter Split-Adapters {
  foreach ($adapter in "$_".Split(',')) {
    if ($adapter.Trim() -match '^vEthernet \((.+)\)$') { $Matches[1] } elseif ($adapter.Trim()) { $adapter.Trim() }
  }
}

function Get-PoolText($Range) {
  '{0} {1}' -f (Get-Value $Range 'StartMacAddress'), (Get-Value $Range 'EndMacAddress')
}

# What differs between a state and the document of the object; nothing if they agree.
function Compare-State([string]$State, $Document, $Object) {
  if ($State -eq '') {
    if ($null -ne $Document) { 'it exists' }
    return
  }
  if ($null -eq $Document) { return 'it does not exist' }
  $found = ConvertTo-Facts $Document $Object
  foreach ($fact in (ConvertFrom-Json $State).PSObject.Properties) {
    $wanted = Join-Facts $fact.Name $fact.Value
    if ($wanted -cne (Join-Facts $fact.Name $found[$fact.Name])) { "its $($fact.Name) changed" }
  }
}

# The names of the containers that run in a namespace that is to be deleted.
function Get-Obstacles($Document, $Object) {
  if ($Object.MustBeEmpty -and $Object.Kind -eq 'Namespace') { Get-Containers $Document }
}

$lists = @{}
$build = [Environment]::OSVersion.Version.Build
if ($build -ne $planBuild) {
  throw "The plan is for Windows build $planBuild, and this host has build $build. Nothing was done."
}

# The steps of each object that are done already; an object in no known state stops the script.
$problems = @()
$done = @()
$isDone = $true
foreach ($object in $objects) {
  $document = Read-Document $object
  $last = $object.States.Count - 1
  $matching = @(0..$last | Where-Object { $null -eq (Compare-State $object.States[$_] $document $object) })
  if ($matching.Count -eq 0) {
    $difference = @(Compare-State $object.States[0] $document $object) -join ', '
    $problems += '{0} {1} {2}: {3}' -f $object.Kind, $object.Id, $object.Name, $difference
    $matching = @(0)
  }
  # The first state counts: an object that is still as it was is not done, unless the plan restores it as it was.
  $reached = $matching[0]
  if ($object.IsRestored -and $matching -contains $last) { $reached = $last }
  if ($reached -ne $last) {
    $isDone = $false
    $containers = @(Get-Obstacles $document $object)
    if ($containers.Count -gt 0) {
      $problems += '{0} {1}: stop its containers first: {2}' -f $object.Kind, $object.Id, ($containers -join ', ')
    }
  }
  $done += $matching[0]
}
if ($problems.Count -gt 0) {
  throw ("The host is not as it was when the plan was made. Nothing was done.`n" + ($problems -join "`n"))
}
if ($isDone) {
  Write-Output "No changes: this host already is as $planName describes it."
  return
}

$performed = @()
foreach ($step in $steps) {
  if ($step.State -le $done[$step.Object]) {
    Write-Verbose "Already done: $($step.Title)"
    continue
  }
  if (-not $PSCmdlet.ShouldProcess($step.Title, (Get-RequestName $step.Requests[0]))) { continue }
  try {
    foreach ($request in $step.Requests) { $null = Send-Request $request }
    $performed += $step
  } catch {
    $failure = $_
    Write-Warning "Failed: $($step.Title): $failure"
    # A step of several requests may have done a part.
    if ($step.Requests.Count -gt 1) { $performed += $step }
    [array]::Reverse($performed)
    foreach ($previous in $performed) {
      foreach ($request in $previous.Undo) {
        try { $null = Send-Request $request } catch { Write-Warning "Not undone: $($previous.Title): $_" }
      }
    }
    throw $failure
  }
}
if ($performed.Count -gt 0) { Write-Output "$($performed.Count) steps done." }
if ($containersToStart.Count -gt 0) {
  Write-Output "The container runtime can start: $($containersToStart -join ', ')."
}
