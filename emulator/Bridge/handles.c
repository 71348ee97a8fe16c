#include "handles.h"

#include <stdint.h>
#include <stdlib.h>

// A program that never closes its handles hits this limit before memory runs out.
enum { MOST_HANDLES = 1 << 20, NO_PLACE = -1 };

struct place {
  enum handle_kind kind;
  // The use count, the upper half of a handle; never 0.
  uint32_t use;
  // The next free slot.
  int32_t next;
  union handle_value value;
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct place *places;
static int32_t place_count;
static int32_t place_capacity;
static int32_t first_free = NO_PLACE;

// The slot of a handle; NULL if it is not a handle of this kind. The lock must be held.
static struct place *place_of(void *handle, enum handle_kind kind)
{
  uint64_t bits = (uintptr_t)handle;
  uint32_t index = (uint32_t)bits;
  if (index >= (uint32_t)place_count) return NULL;
  struct place *place = &places[index];
  return place->kind == kind && place->use == bits >> 32 ? place : NULL;
}

static bool grow(void)
{
  if (place_count < place_capacity) return true;
  if (place_capacity == MOST_HANDLES) return false;
  int32_t capacity = place_capacity ? place_capacity * 2 : 64;
  struct place *more = realloc(places, (size_t)capacity * sizeof *more);
  if (!more) return false;
  places = more;
  place_capacity = capacity;
  return true;
}

void *handle_make(enum handle_kind kind, const union handle_value *value)
{
  void *handle = NULL;
  AcquireSRWLockExclusive(&lock);
  int32_t index = first_free;
  if (index != NO_PLACE) {
    first_free = places[index].next;
  } else if (grow()) {
    index = place_count++;
    places[index].use = 0;
  }
  if (index != NO_PLACE) {
    struct place *place = &places[index];
    place->kind = kind;
    if (!++place->use) place->use = 1;
    place->value = *value;
    handle = (void *)(uintptr_t)((uint64_t)place->use << 32 | (uint32_t)index);
  }
  ReleaseSRWLockExclusive(&lock);
  return handle;
}

void handle_set(void *handle, enum handle_kind kind, const union handle_value *value)
{
  AcquireSRWLockExclusive(&lock);
  struct place *place = place_of(handle, kind);
  if (place) place->value = *value;
  ReleaseSRWLockExclusive(&lock);
}

bool handle_find(void *handle, enum handle_kind kind, union handle_value *value)
{
  AcquireSRWLockShared(&lock);
  const struct place *place = place_of(handle, kind);
  if (place) *value = place->value;
  ReleaseSRWLockShared(&lock);
  return place;
}

bool handle_close(void *handle, enum handle_kind kind, union handle_value *value)
{
  AcquireSRWLockExclusive(&lock);
  struct place *place = place_of(handle, kind);
  if (place) {
    if (value) *value = place->value;
    place->kind = HANDLE_NONE;
    place->next = first_free;
    first_free = (int32_t)(place - places);
  }
  ReleaseSRWLockExclusive(&lock);
  return place;
}
