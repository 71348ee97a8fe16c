#include "json.h"

#include <string.h>

static bool is_space(char character)
{
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

// Skips white space.
static const char *skip_space(const char *at, const char *end)
{
  while (at < end && is_space(*at)) at++;
  return at;
}

// Skips a string whose opening quote is at `at`; NULL if it does not end or contains a control character.
static const char *skip_string(const char *at, const char *end)
{
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if ((unsigned char)*at < 0x20) return NULL;
    if (*at == '\\' && ++at == end) return NULL;
  }
  return NULL;
}

// Skips a value. Brackets are counted, not matched: the documents come from the service and are only passed
// on.
static const char *skip_value(const char *at, const char *end)
{
  size_t depth = 0;
  const char *start = at;
  while (at < end) {
    switch (*at) {
    case '"':
      at = skip_string(at, end);
      if (!at) return NULL;
      break;
    case '{':
    case '[':
      depth++;
      at++;
      break;
    case '}':
    case ']':
      if (!depth) return at > start ? at : NULL;
      depth--;
      at++;
      break;
    case ',':
      if (!depth) return at > start ? at : NULL;
      at++;
      break;
    default:
      at++;
    }
  }
  return depth || at == start ? NULL : at;
}

bool json_member(struct slice document, const char *name, struct slice *value)
{
  const char *end = document.bytes + document.length;
  const char *at = skip_space(document.bytes, end);
  if (at == end || *at++ != '{') return false;
  size_t length = strlen(name);
  for (;;) {
    at = skip_space(at, end);
    if (at == end || *at != '"') return false;
    const char *key = at + 1;
    at = skip_string(at, end);
    if (!at) return false;
    bool found = (size_t)(at - 1 - key) == length && !memcmp(key, name, length);
    at = skip_space(at, end);
    if (at == end || *at++ != ':') return false;
    at = skip_space(at, end);
    const char *after = skip_value(at, end);
    if (!after) return false;
    if (found) {
      while (after > at && is_space(after[-1])) after--;
      *value = (struct slice){at, (size_t)(after - at)};
      return after > at;
    }
    at = after;
    if (at == end || *at++ != ',') return false;
  }
}

bool json_string(struct slice value, struct slice *contents)
{
  const char *end = value.bytes + value.length;
  if (value.length < 2 || *value.bytes != '"' || skip_string(value.bytes, end) != end) return false;
  *contents = (struct slice){value.bytes + 1, value.length - 2};
  return true;
}

bool json_number(struct slice value, unsigned long *number)
{
  bool negative = value.length && *value.bytes == '-';
  unsigned long long sum = 0;
  if (value.length == (negative ? 1 : 0)) return false;
  for (size_t index = negative ? 1 : 0; index < value.length; index++) {
    char digit = value.bytes[index];
    if (digit < '0' || digit > '9') return false;
    sum = sum * 10 + (unsigned long long)(digit - '0');
    if (sum > 0xFFFFFFFFull) return false;
  }
  *number = negative ? 0ul - (unsigned long)sum : (unsigned long)sum;
  return true;
}
