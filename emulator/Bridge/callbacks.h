// Callbacks for notifications: one stream of events and one thread each.
#ifndef HNSCTL_CALLBACKS_H
#define HNSCTL_CALLBACKS_H

#include "computenetwork.h"

// Registers a callback. Returns once the service has subscribed the stream, so that no later event is missed.
HRESULT callback_register(HCN_NOTIFICATION_CALLBACK callback, void *context, HCN_CALLBACK *handle);
// Unregisters a callback and returns after its last invocation. Called from within the callback it does not
// wait, and no further invocation follows.
HRESULT callback_unregister(HCN_CALLBACK handle);

#endif
