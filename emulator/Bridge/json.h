// A minimal JSON reader: the members of one object, as the bytes they were sent in.
#ifndef HNSCTL_JSON_H
#define HNSCTL_JSON_H

#include <stdbool.h>
#include <stddef.h>

// A piece of a document.
struct slice {
  const char *bytes;
  size_t length;
};

// Finds a member of the object `document` and returns its unparsed value. False if there is none, or if
// `document` is not an object.
bool json_member(struct slice document, const char *name, struct slice *value);
// The text between the quotes of a string, with its escapes. False if it is not a string.
bool json_string(struct slice value, struct slice *contents);
// A whole number of at most 32 bits, with or without a sign.
bool json_number(struct slice value, unsigned long *number);

#endif
