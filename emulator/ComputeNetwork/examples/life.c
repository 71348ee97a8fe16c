/* A short lifecycle in C, which is also valid C++: creates a network with an endpoint, queries them and receives
 * the notifications. Exits with 0 if every result is as expected. */
#include "computenetwork.h"

#include <stdio.h>
#include <stdlib.h>

/* Prints a string, which is ASCII here, and frees it. */
static void print_text(const char *what, PWSTR text)
{
    printf("%s: ", what);
    for (PCWSTR unit = text; unit && *unit; unit++)
        putchar(*unit < 0x80 ? (int)*unit : '?');
    putchar('\n');
    CoTaskMemFree(text);
}

/* The error record of the last call. */
static PWSTR record = NULL;

/* Ends the program if a function does not return the expected HRESULT. */
static void check(const char *call, HRESULT status, HRESULT wanted)
{
    if (status != wanted || (status == 0) != (record == NULL)) {
        fprintf(stderr, "%s returned 0x%08x\n", call, (unsigned)status);
        print_text("record", record);
        exit(1);
    }
    CoTaskMemFree(record);
    record = NULL;
}

#define CHECK(call, wanted) check(#call, call, (HRESULT)(wanted))

static void WINAPI notified(DWORD type, void *context, HRESULT status, PCWSTR data)
{
    (void)type;
    (void)status;
    (void)data;
    ++*(unsigned *)context;
}

int main(void)
{
    static const GUID network_id = {0x37b9e55c, 0x1111, 0x4b6f, {0x96, 0x9f, 0x85, 0x85, 0xa8, 0x9d, 0xc6, 0xe5}};
    static const GUID none = {0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0}};
    static const char16_t network_settings[] =
        u"{\"Name\":\"web\",\"Type\":\"NAT\",\"SchemaVersion\":{\"Major\":2,\"Minor\":0},\"Ipams\":[{\"Subnets\":["
        u"{\"IpAddressPrefix\":\"172.30.16.0/20\",\"Routes\":[{\"NextHop\":\"172.30.16.1\","
        u"\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}]}";
    static const char16_t endpoint_settings[] = u"{\"Name\":\"web1\",\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}";
    static const char16_t query[] = u"{\"SchemaVersion\":{\"Major\":2,\"Minor\":0}}";
    HCN_CALLBACK callback = NULL;
    HCN_NETWORK network = NULL;
    HCN_ENDPOINT endpoint = NULL;
    PWSTR text = NULL;
    /* Read only after the registration has ended. */
    unsigned notifications = 0;

    CHECK(HcnRegisterServiceCallback(notified, &notifications, &callback), 0);
    CHECK(HcnCreateNetwork(&network_id, network_settings, &network, &record), 0);
    CHECK(HcnCreateEndpoint(network, &none, endpoint_settings, &endpoint, &record), 0);
    CHECK(HcnQueryEndpointProperties(endpoint, query, &text, &record), 0);
    print_text("endpoint", text);
    CHECK(HcnEnumerateNetworks(NULL, &text, &record), 0);
    print_text("networks", text);
    CHECK(HcnCloseEndpoint(endpoint), 0);
    CHECK(HcnDeleteNetwork(&network_id, &record), 0);
    /* HCN_E_NETWORK_NOT_FOUND */
    CHECK(HcnDeleteNetwork(&network_id, &record), 0x803b0001);
    CHECK(HcnCloseNetwork(network), 0);
    /* E_HANDLE */
    CHECK(HcnQueryNetworkProperties(network, query, &text, &record), 0x80070006);
    CHECK(HcnUnregisterServiceCallback(callback), 0);
    printf("all steps passed\n");
    return 0;
}
