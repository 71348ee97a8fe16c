// Does what a network plugin does: creates a network without naming an adapter, two endpoints and a namespace for each.
// Prints the document of one endpoint. The page of the bridge says how to build and run it.
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>
#include <objbase.h>

#include <computenetwork.h>

#define V2 L"\"SchemaVersion\":{\"Major\":2,\"Minor\":0}"

static const GUID network_id = {0x37B9E55C, 0x0002, 0x4B6F, {0x96, 0x9F, 0x85, 0x85, 0xA8, 0x9D, 0xC6, 0xE5}};

static void check(const char *call, HRESULT status, PWSTR record)
{
  if (SUCCEEDED(status)) return;
  printf("%s: 0x%08lx %ls\n", call, (unsigned long)status, record ? record : L"");
  exit(1);
}

// Adds an endpoint with policies to the network and to a namespace of its own.
static HCN_ENDPOINT add(HCN_NETWORK network, const GUID *id, PCWSTR id_text, PCWSTR name, PCWSTR policies)
{
  PWSTR record = NULL;
  HCN_ENDPOINT endpoint = NULL;
  HCN_NAMESPACE space = NULL;
  WCHAR settings[1024];
  GUID any;
  swprintf(settings, 1024, L"{\"Name\":\"%ls\",\"Policies\":[%ls]," V2 L"}", name, policies);
  check("HcnCreateEndpoint", HcnCreateEndpoint(network, id, settings, &endpoint, &record), record);
  CoCreateGuid(&any);
  check("HcnCreateNamespace", HcnCreateNamespace(&any, L"{" V2 L"}", &space, &record), record);
  swprintf(settings, 1024,
           L"{\"ResourceType\":\"Endpoint\",\"RequestType\":\"Add\",\"Settings\":{\"EndpointId\":\"%ls\"}}", id_text);
  check("HcnModifyNamespace", HcnModifyNamespace(space, settings, &record), record);
  HcnCloseNamespace(space);
  return endpoint;
}

int main(void)
{
  static const GUID web_id = {0x9F6C0B1E, 0x0003, 0x4A53, {0x9D, 0x0E, 0x5F, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E}};
  static const GUID db_id = {0x9F6C0B1E, 0x0004, 0x4A53, {0x9D, 0x0E, 0x5F, 0x1A, 0x2B, 0x3C, 0x4D, 0x5E}};
  PWSTR record = NULL, properties = NULL;
  HCN_NETWORK network = NULL;
  check("HcnCreateNetwork",
        HcnCreateNetwork(&network_id,
                         L"{\"Name\":\"podnet\",\"Type\":\"L2Bridge\",\"Ipams\":[{\"Subnets\":[{"
                         L"\"IpAddressPrefix\":\"10.244.7.0/24\",\"Routes\":[{\"NextHop\":\"10.244.7.1\","
                         L"\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}]," V2 L"}",
                         &network, &record),
        record);
  HCN_ENDPOINT web =
    add(network, &web_id, L"9f6c0b1e-0003-4a53-9d0e-5f1a2b3c4d5e", L"web",
        L"{\"Type\":\"ACL\",\"Settings\":{\"Protocols\":\"6\",\"RemotePorts\":\"25\",\"Priority\":100,\"Id\":\"no-smtp\","
        L"\"Action\":\"Block\",\"Direction\":\"Out\",\"RuleType\":\"Switch\"}},"
        L"{\"Type\":\"ACL\",\"Settings\":{\"Priority\":65000,\"Id\":\"rest\",\"Action\":\"Allow\","
        L"\"Direction\":\"Out\",\"RuleType\":\"Switch\"}}");
  HcnCloseEndpoint(add(network, &db_id, L"9f6c0b1e-0004-4a53-9d0e-5f1a2b3c4d5e", L"db", L""));
  check("HcnQueryEndpointProperties", HcnQueryEndpointProperties(web, L"{" V2 L"}", &properties, &record), record);
  printf("%ls\n", properties);
  CoTaskMemFree(properties);
  HcnCloseEndpoint(web);
  HcnCloseNetwork(network);
  return 0;
}
