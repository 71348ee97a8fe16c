// Bytes that grow, and the texts of the two sides: UTF-16 for programs, UTF-8 for the service.
#ifndef HNSCTL_TEXT_H
#define HNSCTL_TEXT_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

// A text that grows. `failed` stays true once memory ran out, so that only the end has to be looked at.
struct text {
  char *bytes;
  size_t length;
  size_t capacity;
  bool failed;
};

// The longest document a program may send, in UTF-16 units: a bound against strings without an end.
#define LONGEST_DOCUMENT ((size_t)64 << 20)

enum { GUID_LENGTH = 36 };

// Adds bytes.
void text_append(struct text *text, const char *bytes, size_t length);
// Adds a text that ends with a NUL.
void text_add(struct text *text, const char *string);
// Adds a number in decimal.
void text_add_number(struct text *text, unsigned long long number);
// Adds UTF-8 with every byte that means something in a query percent-encoded.
void text_add_encoded(struct text *text, const struct text *plain);
// Adds UTF-16 as UTF-8. False, with nothing added, where it is no valid UTF-16 or too long.
bool text_add_utf16(struct text *text, PCWSTR string);
// Adds the text form of an id: lower-case, without braces.
void text_add_guid(struct text *text, const GUID *id);
// Gives the memory back.
void text_free(struct text *text);

// Reads the text form of an id.
bool guid_from_text(const char *bytes, size_t length, GUID *id);
// Gives a text to a program, allocated with CoTaskMemAlloc. NULL where memory ran out, and where it is no
// UTF-8 or would seem to end before its end.
PWSTR utf16_from_utf8(const char *bytes, size_t length);

#endif
