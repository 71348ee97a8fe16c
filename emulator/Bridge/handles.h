// The handles that programs hold. A handle is a place in a table with the count of its uses, so that one that
// was closed, made up or of another kind is told from a good one without following it anywhere.
#ifndef HNSCTL_HANDLES_H
#define HNSCTL_HANDLES_H

#include <windows.h>
#include <stdbool.h>

// What a handle is of.
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

// What a handle stands for.
union handle_value {
  // The id of an object.
  GUID id;
  // What a callback needs.
  void *subscription;
};

// Makes a handle; NULL where there are too many or memory ran out.
void *handle_make(enum handle_kind kind, const union handle_value *value);
// Changes what a handle stands for. Does nothing where it is none of this kind.
void handle_set(void *handle, enum handle_kind kind, const union handle_value *value);
// Looks a handle up. False where it is none of this kind.
bool handle_find(void *handle, enum handle_kind kind, union handle_value *value);
// Closes a handle and gives what it stood for; `value` may be NULL. False where it is none of this kind: of
// two threads that close the same handle only one is told true.
bool handle_close(void *handle, enum handle_kind kind, union handle_value *value);

#endif
