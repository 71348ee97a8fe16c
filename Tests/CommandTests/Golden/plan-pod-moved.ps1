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

$planName = 'profile pod'
$planBuild = 20348

# The objects that the plan rests on: as they are before it, and after each of its steps.
$objects = @(
  @{
    Kind = 'Namespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Name = ''
    Policies = @(); MustBeEmpty = $true; IsRestored = $true
    States = @(
      '{"type":["Host"],"endpoints":["50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"]}'
      '{"type":["Host"],"endpoints":[]}'
      ''
      '{"type":["Host"],"endpoints":[]}'
      '{"type":["Host"],"endpoints":["50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"]}'
    )
  }
  @{
    Kind = 'Endpoint'; Id = '50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0'; Name = 'api'
    Policies = @('ACL', 'OutBoundNAT', 'SDNRoute'); MustBeEmpty = $true; IsRestored = $true
    States = @(
      '{"network":["1DCA0E58-C3ED-8534-9571-557650CC241E"],"MAC address":["00-15-5D-6C-72-44"],"addresses":["10.244.7.20"],"gateways":["10.244.7.2"],"name servers":["10.96.0.10"],"search domains":["svc.cluster.local"],"policies":[{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"1,2,3,4,5,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,128,129,130,131,132,133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,155,156,157,158,159,160,161,162,163,164,165,166,167,168,169,170,171,172,173,174,175,176,177,178,179,180,181,182,183,184,185,186,187,188,189,190,191,192,193,194,195,196,197,198,199,200,201,202,203,204,205,206,207,208,209,210,211,212,213,214,215,216,217,218,219,220,221,222,223,224,225,226,227,228,229,230,231,232,233,234,235,236,237,238,239,240,241,242,243,244,245,246,247,248,249,250,251,252,253,254,255","Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"0.0.0.0/5,8.0.0.0/7,10.0.0.0/9,10.128.0.0/10,10.192.0.0/11,10.224.0.0/12,10.240.0.0/30,10.240.0.4,10.240.0.6/31,10.240.0.8/29,10.240.0.16/28,10.240.0.32/27,10.240.0.64/26,10.240.0.128/25,10.240.1.0/24,10.240.2.0/23,10.240.4.0/22,10.240.8.0/21,10.240.16.0/20,10.240.32.0/19,10.240.64.0/18,10.240.128.0/17,10.241.0.0/16,10.242.0.0/15,10.245.0.0/16,10.246.0.0/15,10.248.0.0/13,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1","Id":"hnsctl/pod/default-in~2","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"::/1,8000::/1","Id":"hnsctl/pod/default-in~3","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"0-8079,8081-9089,9091-65535","Id":"hnsctl/pod/default-in~4","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"0-8079,8081-65535","Id":"hnsctl/pod/default-in~5","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Priority":1000,"Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Priority":1010,"Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Switch"}}]}'
      ''
      '{"network":["1DCA0E58-C3ED-8534-9571-557650CC241E"],"addresses":["10.244.7.20"],"gateways":["10.244.7.2"],"policies":[{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"1,2,3,4,5,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,128,129,130,131,132,133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,155,156,157,158,159,160,161,162,163,164,165,166,167,168,169,170,171,172,173,174,175,176,177,178,179,180,181,182,183,184,185,186,187,188,189,190,191,192,193,194,195,196,197,198,199,200,201,202,203,204,205,206,207,208,209,210,211,212,213,214,215,216,217,218,219,220,221,222,223,224,225,226,227,228,229,230,231,232,233,234,235,236,237,238,239,240,241,242,243,244,245,246,247,248,249,250,251,252,253,254,255","Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"0.0.0.0/5,8.0.0.0/7,10.0.0.0/9,10.128.0.0/10,10.192.0.0/11,10.224.0.0/12,10.240.0.0/30,10.240.0.4,10.240.0.6/31,10.240.0.8/29,10.240.0.16/28,10.240.0.32/27,10.240.0.64/26,10.240.0.128/25,10.240.1.0/24,10.240.2.0/23,10.240.4.0/22,10.240.8.0/21,10.240.16.0/20,10.240.32.0/19,10.240.64.0/18,10.240.128.0/17,10.241.0.0/16,10.242.0.0/15,10.245.0.0/16,10.246.0.0/15,10.248.0.0/13,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1","Id":"hnsctl/pod/default-in~2","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"::/1,8000::/1","Id":"hnsctl/pod/default-in~3","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"0-8079,8081-9089,9091-65535","Id":"hnsctl/pod/default-in~4","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"0-8079,8081-65535","Id":"hnsctl/pod/default-in~5","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Priority":1000,"Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Priority":1010,"Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Switch"}}]}'
    )
  }
  @{
    Kind = 'Network'; Id = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Name = 'podnet'
    Policies = @(); MustBeEmpty = $true; IsRestored = $false
    States = @(
      '{"name":["podnet"],"type":["L2Bridge"],"adapter":["Ethernet"],"subnets":["10.244.7.0/24"],"gateways":["10.244.7.1"],"isolation":[],"address assignment":[],"VXLAN port":[],"MAC pool":["00-15-5D-6C-70-00 00-15-5D-6C-7F-FF"],"name servers":["10.96.0.10"],"search domains":["svc.cluster.local"]}'
      ''
      '{"name":["podnet"],"type":["L2Bridge"],"adapter":["Ethernet"],"subnets":["10.244.7.0/24"],"gateways":["10.244.7.254"],"isolation":[],"address assignment":[],"name servers":["10.96.0.10"],"search domains":["svc.cluster.local"]}'
    )
  }
)

# The steps, each with the requests that take it back.
$steps = @(
  @{
    Title = 'detach endpoint api'
    Object = 0
    State = 1
    Requests = @(
      @{ Function = 'HcnModifyNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ResourceType":"Endpoint","RequestType":"Remove","Settings":{"EndpointId":"50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"}}' }
    )
    Undo = @(
      @{ Function = 'HcnModifyNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ResourceType":"Endpoint","RequestType":"Add","Settings":{"EndpointId":"50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"}}' }
    )
  }
  @{
    Title = 'delete the namespace of api'
    Object = 0
    State = 2
    Requests = @(
      @{ Function = 'HcnDeleteNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '' }
    )
    Undo = @(
      @{ Function = 'HcnCreateNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ID":"67800C53-78D5-8D5E-809C-176D7DFCF2A6","Owner":"hnsctl/pod","Type":"Host","SchemaVersion":{"Major":2,"Minor":0}}' }
    )
  }
  @{
    Title = 'delete endpoint api'
    Object = 1
    State = 1
    Requests = @(
      @{ Function = 'HcnDeleteEndpoint'; Id = '50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0'; Network = ''; Body = '' }
    )
    Undo = @(
      @{ Function = 'HcnCreateEndpoint'; Id = '50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0'; Network = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Body = '{"ID":"50a6b9ca-d3c2-88e1-93a1-21c444fac3d0","Owner":"hnsctl/pod","Name":"api","HostComputeNetwork":"1DCA0E58-C3ED-8534-9571-557650CC241E","Policies":[{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"1,2,3,4,5,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,128,129,130,131,132,133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,155,156,157,158,159,160,161,162,163,164,165,166,167,168,169,170,171,172,173,174,175,176,177,178,179,180,181,182,183,184,185,186,187,188,189,190,191,192,193,194,195,196,197,198,199,200,201,202,203,204,205,206,207,208,209,210,211,212,213,214,215,216,217,218,219,220,221,222,223,224,225,226,227,228,229,230,231,232,233,234,235,236,237,238,239,240,241,242,243,244,245,246,247,248,249,250,251,252,253,254,255","Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"0.0.0.0/5,8.0.0.0/7,10.0.0.0/9,10.128.0.0/10,10.192.0.0/11,10.224.0.0/12,10.240.0.0/30,10.240.0.4,10.240.0.6/31,10.240.0.8/29,10.240.0.16/28,10.240.0.32/27,10.240.0.64/26,10.240.0.128/25,10.240.1.0/24,10.240.2.0/23,10.240.4.0/22,10.240.8.0/21,10.240.16.0/20,10.240.32.0/19,10.240.64.0/18,10.240.128.0/17,10.241.0.0/16,10.242.0.0/15,10.245.0.0/16,10.246.0.0/15,10.248.0.0/13,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1","Id":"hnsctl/pod/default-in~2","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"::/1,8000::/1","Id":"hnsctl/pod/default-in~3","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"0-8079,8081-9089,9091-65535","Id":"hnsctl/pod/default-in~4","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"0-8079,8081-65535","Id":"hnsctl/pod/default-in~5","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Priority":1000,"Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Priority":1010,"Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Switch"}},{"Type":"L2Driver","Settings":{}}],"IpConfigurations":[{"IpAddress":"10.244.7.20","PrefixLength":24,"IpSubnetId":"98AA3821-BDC4-8192-B1D5-CA60FD47BCFD"}],"Dns":{"Search":["svc.cluster.local"],"ServerList":["10.96.0.10"]},"Routes":[{"NextHop":"10.244.7.2","DestinationPrefix":"0.0.0.0/0"}],"MacAddress":"00-15-5D-6C-72-44","SchemaVersion":{"Major":2,"Minor":0}}' }
    )
  }
  @{
    Title = 'delete network podnet'
    Object = 2
    State = 1
    Requests = @(
      @{ Function = 'HcnDeleteNetwork'; Id = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Network = ''; Body = '' }
    )
    Undo = @(
      @{ Function = 'HcnCreateNetwork'; Id = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Network = ''; Body = '{"ID":"1DCA0E58-C3ED-8534-9571-557650CC241E","Owner":"hnsctl/pod","Name":"podnet","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}},{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.5"}},{"Type":"DrMacAddress","Settings":{"Address":"00-15-5D-2F-87-9C"}}],"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-6C-70-00","EndMacAddress":"00-15-5D-6C-7F-FF"}]},"Dns":{"Search":["svc.cluster.local"],"ServerList":["10.96.0.10"]},"Ipams":[{"Type":"Static","Subnets":[{"ID":"2D38D7BB-4D69-8583-B71D-175E50CE5995","IpAddressPrefix":"10.244.7.0/24","Routes":[{"NextHop":"10.244.7.1","DestinationPrefix":"0.0.0.0/0"}],"IpSubnets":[{"ID":"98AA3821-BDC4-8192-B1D5-CA60FD47BCFD","IpAddressPrefix":"10.244.7.0/24"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}' }
    )
  }
  @{
    Title = 'create network podnet'
    Object = 2
    State = 2
    Requests = @(
      @{ Function = 'HcnCreateNetwork'; Id = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Network = ''; Body = '{"ID":"1DCA0E58-C3ED-8534-9571-557650CC241E","Owner":"hnsctl/pod","Name":"podnet","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"Dns":{"Search":["svc.cluster.local"],"ServerList":["10.96.0.10"]},"Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.244.7.0/24","Routes":[{"NextHop":"10.244.7.254","DestinationPrefix":"0.0.0.0/0"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}' }
    )
    Undo = @(
      @{ Function = 'HcnDeleteNetwork'; Id = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Network = ''; Body = '' }
    )
  }
  @{
    Title = 'create endpoint api'
    Object = 1
    State = 2
    Requests = @(
      @{ Function = 'HcnCreateEndpoint'; Id = '50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0'; Network = '1DCA0E58-C3ED-8534-9571-557650CC241E'; Body = '{"ID":"50a6b9ca-d3c2-88e1-93a1-21c444fac3d0","Owner":"hnsctl/pod","Name":"api","HostComputeNetwork":"1DCA0E58-C3ED-8534-9571-557650CC241E","Policies":[{"Type":"OutBoundNAT","Settings":{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}},{"Type":"SDNRoute","Settings":{"DestinationPrefix":"10.96.0.0/12","NeedEncap":true}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"1,2,3,4,5,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,128,129,130,131,132,133,134,135,136,137,138,139,140,141,142,143,144,145,146,147,148,149,150,151,152,153,154,155,156,157,158,159,160,161,162,163,164,165,166,167,168,169,170,171,172,173,174,175,176,177,178,179,180,181,182,183,184,185,186,187,188,189,190,191,192,193,194,195,196,197,198,199,200,201,202,203,204,205,206,207,208,209,210,211,212,213,214,215,216,217,218,219,220,221,222,223,224,225,226,227,228,229,230,231,232,233,234,235,236,237,238,239,240,241,242,243,244,245,246,247,248,249,250,251,252,253,254,255","Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"0.0.0.0/5,8.0.0.0/7,10.0.0.0/9,10.128.0.0/10,10.192.0.0/11,10.224.0.0/12,10.240.0.0/30,10.240.0.4,10.240.0.6/31,10.240.0.8/29,10.240.0.16/28,10.240.0.32/27,10.240.0.64/26,10.240.0.128/25,10.240.1.0/24,10.240.2.0/23,10.240.4.0/22,10.240.8.0/21,10.240.16.0/20,10.240.32.0/19,10.240.64.0/18,10.240.128.0/17,10.241.0.0/16,10.242.0.0/15,10.245.0.0/16,10.246.0.0/15,10.248.0.0/13,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1","Id":"hnsctl/pod/default-in~2","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"::/1,8000::/1","Id":"hnsctl/pod/default-in~3","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"0-8079,8081-9089,9091-65535","Id":"hnsctl/pod/default-in~4","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"0-8079,8081-65535","Id":"hnsctl/pod/default-in~5","Action":"Block","Direction":"In","RuleType":"Host"}},{"Type":"ACL","Settings":{"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Host"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.244.0.0/16","LocalPorts":"8080","Priority":1000,"Id":"hnsctl/pod/allow-app","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Protocols":"6","RemoteAddresses":"10.240.0.5","LocalPorts":"8080,9090","Priority":1010,"Id":"hnsctl/pod/allow-probes","Action":"Allow","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-in","Action":"Block","Direction":"In","RuleType":"Switch"}},{"Type":"ACL","Settings":{"Priority":65500,"Id":"hnsctl/pod/default-out","Action":"Allow","Direction":"Out","RuleType":"Switch"}}],"IpConfigurations":[{"IpAddress":"10.244.7.20","PrefixLength":24}],"Routes":[{"NextHop":"10.244.7.2","DestinationPrefix":"0.0.0.0/0"}],"SchemaVersion":{"Major":2,"Minor":0}}' }
    )
    Undo = @(
      @{ Function = 'HcnDeleteEndpoint'; Id = '50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0'; Network = ''; Body = '' }
    )
  }
  @{
    Title = 'create the namespace of api'
    Object = 0
    State = 3
    Requests = @(
      @{ Function = 'HcnCreateNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ID":"67800C53-78D5-8D5E-809C-176D7DFCF2A6","Owner":"hnsctl/pod","Type":"Host","SchemaVersion":{"Major":2,"Minor":0}}' }
    )
    Undo = @(
      @{ Function = 'HcnDeleteNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '' }
    )
  }
  @{
    Title = 'attach endpoint api'
    Object = 0
    State = 4
    Requests = @(
      @{ Function = 'HcnModifyNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ResourceType":"Endpoint","RequestType":"Add","Settings":{"EndpointId":"50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"}}' }
    )
    Undo = @(
      @{ Function = 'HcnModifyNamespace'; Id = '67800C53-78D5-8D5E-809C-176D7DFCF2A6'; Network = ''; Body = '{"ResourceType":"Endpoint","RequestType":"Remove","Settings":{"EndpointId":"50A6B9CA-D3C2-88E1-93A1-21C444FAC3D0"}}' }
    )
  }
)

# The containers that the container runtime starts afterwards.
$containersToStart = @('api/infrastructure', 'api/app', 'api/sidecar')

if (-not ('Hnsctl.ComputeNetwork' -as [type])) {
  Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;

namespace Hnsctl
{
    public static class ComputeNetwork
    {
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCreateNetwork(ref Guid id, string settings, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenNetwork(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnModifyNetwork(IntPtr handle, string settings, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryNetworkProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnDeleteNetwork(ref Guid id, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseNetwork(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCreateEndpoint(IntPtr network, ref Guid id, string settings, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenEndpoint(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnModifyEndpoint(IntPtr handle, string settings, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryEndpointProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnDeleteEndpoint(ref Guid id, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseEndpoint(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCreateNamespace(ref Guid id, string settings, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenNamespace(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnModifyNamespace(IntPtr handle, string settings, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryNamespaceProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnDeleteNamespace(ref Guid id, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseNamespace(IntPtr handle);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCreateLoadBalancer(ref Guid id, string settings, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnOpenLoadBalancer(ref Guid id, out IntPtr handle, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnModifyLoadBalancer(IntPtr handle, string settings, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnQueryLoadBalancerProperties(IntPtr handle, string query, out IntPtr properties, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnDeleteLoadBalancer(ref Guid id, out IntPtr record);
        [DllImport("computenetwork.dll", CharSet = CharSet.Unicode, ExactSpelling = true)]
        static extern int HcnCloseLoadBalancer(IntPtr handle);

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
                string query = "{\"SchemaVersion\":{\"Major\":2,\"Minor\":0},\"Flags\":0,\"Filter\":\"{}\"}";
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

        static string Take(IntPtr text)
        {
            if (text == IntPtr.Zero) { return null; }
            string result = Marshal.PtrToStringUni(text);
            Marshal.FreeCoTaskMem(text);
            return result;
        }

        static void Check(string function, int status, IntPtr record)
        {
            string text = Take(record);
            if (status >= 0 && string.IsNullOrEmpty(text)) { return; }
            throw new COMException(function + ": 0x" + status.ToString("x8") + " " + text, status);
        }
    }
}
'@
}

function Send-Request($Request) {
  [Hnsctl.ComputeNetwork]::Call($Request.Function, $Request.Id, $Request.Network, $Request.Body)
}

function Get-RequestName($Request) { $Request.Function }

# The document of an object; nothing if there is none.
function Read-Document($Object) {
  $text = [Hnsctl.ComputeNetwork]::Query($Object.Kind, $Object.Id)
  if ($text) { ConvertFrom-Json $text }
}

# A value that is compared, in one form.
function ConvertTo-Fact([string]$Name, $Value) {
  if (@('addresses', 'gateways', 'source address') -contains $Name) { ConvertTo-Address $Value }
  elseif ($Name -eq 'MAC address' -or $Name -eq 'MAC pool') { "$Value".Replace(':', '-') }
  else { $Value }
}

# The next hops of default routes.
function Get-Gateways($Routes) {
  $Routes | Where-Object { @('', '0.0.0.0/0', '::/0') -contains "$(Get-Value $_ 'DestinationPrefix')" } |
    ForEach-Object { Get-Value $_ 'NextHop' }
}

# What is compared of a document: lists by name. What a state does not mention is not compared.
function ConvertTo-Facts($Document, $Object) {
  $facts = @{}
  switch ($Object.Kind) {
    'Network' {
      $type = Get-Value $Document 'Type'
      $ipams = @(Get-List $Document 'Ipams')
      $subnets = @($ipams | ForEach-Object { Get-List $_ 'Subnets' })
      $policies = @(Get-List $Document 'Policies')
      $pools = Get-List (Get-Value $Document 'MacPool') 'Ranges'
      $facts['name'] = @(Get-Value $Document 'Name')
      $facts['type'] = @($(if ($type) { $type } else { 'NAT' }))
      $facts['adapter'] = @(Get-Settings $policies 'NetAdapterName' 'NetworkAdapterName' | Split-Adapters)
      $facts['subnets'] = @($subnets | ForEach-Object { Get-Value $_ 'IpAddressPrefix' } | Where-Object { $_ -notlike '*/0' })
      $facts['gateways'] = @($subnets | ForEach-Object { Get-Gateways (Get-List $_ 'Routes') })
      $facts['isolation'] = @($subnets | ForEach-Object {
          $prefix = Get-Value $_ 'IpAddressPrefix'
          foreach ($policy in @(Get-List $_ 'Policies')) {
            $kind = Get-Value $policy 'Type'
            if (@('VLAN', 'VSID') -contains $kind) {
              '{0} {1} {2}' -f $prefix, $kind, (Get-Value (Get-Value $policy 'Settings') 'IsolationId')
            }
          }
        })
      $facts['address assignment'] = @($ipams | ForEach-Object { Get-Value $_ 'Type' } |
          Where-Object { $_ -and $_ -ne 'Static' })
      $facts['VXLAN port'] = @(Get-Settings $policies 'VxlanPort' 'Port')
      $facts['MAC pool'] = @($pools | ForEach-Object { Get-PoolText $_ })
      $facts['name servers'] = @(Get-List (Get-Value $Document 'Dns') 'ServerList')
      $facts['search domains'] = @(Get-List (Get-Value $Document 'Dns') 'Search')
    }
    'Endpoint' {
      $facts['network'] = @(Get-Value $Document 'HostComputeNetwork')
      $facts['MAC address'] = @(Get-List $Document 'MacAddress')
      $facts['addresses'] = @(Get-List $Document 'IpConfigurations' | ForEach-Object { Get-Value $_ 'IpAddress' })
      $facts['gateways'] = @(Get-Gateways (Get-List $Document 'Routes'))
      $facts['name servers'] = @(Get-List (Get-Value $Document 'Dns') 'ServerList')
      $facts['search domains'] = @(Get-List (Get-Value $Document 'Dns') 'Search')
      $facts['policies'] = @(Get-List $Document 'Policies' |
          Where-Object { $Object.Policies -contains (Get-Value $_ 'Type') })
    }
    'Namespace' {
      $type = Get-Value $Document 'Type'
      $facts['type'] = @($(if ($type) { $type } else { 'Host' }))
      $members = Get-List $Document 'Resources' | Where-Object { (Get-Value $_ 'Type') -eq 'Endpoint' }
      $facts['endpoints'] = @($members | ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' })
    }
    'LoadBalancer' {
      $facts['endpoints'] = @(Get-List $Document 'HostComputeEndpoints')
      $facts['addresses'] = @(Get-List $Document 'FrontendVIPs')
      $facts['source address'] = @(Get-List $Document 'SourceVIP' | Where-Object { $_ })
      $facts['ports'] = @(Get-List $Document 'PortMappings')
      $facts['flags'] = @(Get-List $Document 'Flags')
    }
  }
  $facts
}

# The containers in a namespace.
function Get-Containers($Document) {
  Get-List $Document 'Resources' | Where-Object { (Get-Value $_ 'Type') -eq 'Container' } |
    ForEach-Object { Get-Value (Get-Value $_ 'Data') 'Id' }
}

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
