/* The layout that callers in other languages rely on. */
#include "computenetwork.h"

_Static_assert(sizeof(GUID) == 16, "a GUID has 16 bytes");
_Static_assert(offsetof(GUID, Data4) == 8, "its last eight bytes are in order");
_Static_assert(sizeof(*(PWSTR)0) == 2, "a string consists of UTF-16 units");
_Static_assert(sizeof(HRESULT) == 4, "an HRESULT has 32 bits");
