// A growing byte buffer, and conversion between UTF-16 of programs and UTF-8 of the service.
#ifndef HNSCTL_TEXT_H
#define HNSCTL_TEXT_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

// A growing text. `failed` stays true once memory ran out, so that only the end needs a check.
struct text {
  char *bytes;
  size_t length;
  size_t capacity;
  bool failed;
};

// The longest document a program may send, in UTF-16 units: a limit against unterminated strings.
#define LONGEST_DOCUMENT ((size_t)64 << 20)

enum { GUID_LENGTH = 36 };

// Adds bytes.
void text_append(struct text *text, const char *bytes, size_t length);
// Adds a zero-terminated string.
void text_add(struct text *text, const char *string);
// Adds a number in decimal.
void text_add_number(struct text *text, unsigned long long number);
// Adds UTF-8, percent-encoding every byte with a meaning in a query.
void text_add_encoded(struct text *text, const struct text *plain);
// Adds UTF-16 as UTF-8. False, with nothing added, if it is not valid UTF-16 or too long.
bool text_add_utf16(struct text *text, PCWSTR string);
// Adds the text form of an id: lower-case, without braces.
void text_add_guid(struct text *text, const GUID *id);
// Frees the memory.
void text_free(struct text *text);

// Parses the text form of an id.
bool guid_from_text(const char *bytes, size_t length, GUID *id);
// Converts a text to a string for the program, allocated with CoTaskMemAlloc. NULL if memory ran out, or if
// the text is not valid UTF-8 or contains a NUL.
PWSTR utf16_from_utf8(const char *bytes, size_t length);

#endif
