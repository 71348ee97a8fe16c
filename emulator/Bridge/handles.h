// The handles of the program. A handle combines a slot of a table with its use count, so that closed, forged
// and mismatched handles are detected without dereferencing anything.
#ifndef HNSCTL_HANDLES_H
#define HNSCTL_HANDLES_H

#include <windows.h>
#include <stdbool.h>

// The kinds of handles.
enum handle_kind {
  HANDLE_NONE,
  HANDLE_NETWORK,
  HANDLE_ENDPOINT,
  HANDLE_NAMESPACE,
  HANDLE_LOAD_BALANCER,
  HANDLE_SDN_ROUTE,
  HANDLE_GUEST_NETWORK_SERVICE,
  HANDLE_SERVICE,
  HANDLE_CALLBACK,
};

// What a handle refers to.
union handle_value {
  // The id of an object.
  GUID id;
  // The state of a callback.
  void *subscription;
};

// Allocates a handle; NULL if there are too many or memory ran out.
void *handle_make(enum handle_kind kind, const union handle_value *value);
// Changes what a handle refers to. No effect if it is not a handle of this kind.
void handle_set(void *handle, enum handle_kind kind, const union handle_value *value);
// Looks up a handle. False if it is not a handle of this kind.
bool handle_find(void *handle, enum handle_kind kind, union handle_value *value);
// Closes a handle and returns what it referred to; `value` may be NULL. False if it is not a handle of this
// kind; of two threads that close the same handle, only one succeeds.
bool handle_close(void *handle, enum handle_kind kind, union handle_value *value);

#endif
