// Callbacks for notifications: one stream of events and one thread each.
#ifndef HNSCTL_CALLBACKS_H
#define HNSCTL_CALLBACKS_H

#include "computenetwork.h"

// Starts to call back. Returns once the service has subscribed the stream: nothing that happens later is
// missed.
HRESULT callback_register(HCN_NOTIFICATION_CALLBACK callback, void *context, HCN_CALLBACK *handle);
// Ends it, and returns after the last call back ended. A callback may end itself: then there is no wait, and
// none comes after the one that is running.
HRESULT callback_unregister(HCN_CALLBACK handle);

#endif
