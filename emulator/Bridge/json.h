// As much of JSON as the bridge has to look into: the members of one object, as the bytes they were sent in.
#ifndef HNSCTL_JSON_H
#define HNSCTL_JSON_H

#include <stdbool.h>
#include <stddef.h>

// A piece of a document.
struct slice {
  const char *bytes;
  size_t length;
};

// Finds a member of the object that `document` is, with its value as it stands there. False where there is
// none, or where `document` is no object.
bool json_member(struct slice document, const char *name, struct slice *value);
// What stands between the quotes of a string, with its escapes as they are. False where it is no string.
bool json_string(struct slice value, struct slice *contents);
// A whole number of at most 32 bits, with or without a sign.
bool json_number(struct slice value, unsigned long *number);

#endif
