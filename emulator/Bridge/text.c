#include "text.h"

#include <objbase.h>
#include <stdlib.h>
#include <string.h>

static bool text_reserve(struct text *text, size_t more)
{
  if (text->failed) return false;
  if (more <= text->capacity - text->length) return true;
  size_t capacity = text->capacity ? text->capacity : 256;
  while (capacity - text->length < more) {
    if (capacity > SIZE_MAX / 2) {
      text->failed = true;
      return false;
    }
    capacity *= 2;
  }
  char *bytes = realloc(text->bytes, capacity);
  if (!bytes) {
    text->failed = true;
    return false;
  }
  text->bytes = bytes;
  text->capacity = capacity;
  return true;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
  if (!length || !text_reserve(text, length)) return;
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

void text_add(struct text *text, const char *string)
{
  text_append(text, string, strlen(string));
}

void text_add_number(struct text *text, unsigned long long number)
{
  char digits[20];
  size_t start = sizeof digits;
  do {
    digits[--start] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  text_append(text, digits + start, sizeof digits - start);
}

static const char hex[] = "0123456789abcdef";

void text_add_encoded(struct text *text, const struct text *plain)
{
  for (size_t index = 0; index < plain->length; index++) {
    unsigned char byte = (unsigned char)plain->bytes[index];
    bool unreserved = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z')
      || (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
    char encoded[] = {'%', hex[byte >> 4], hex[byte & 15]};
    if (unreserved) {
      text_append(text, (const char *)&byte, 1);
    } else {
      text_append(text, encoded, sizeof encoded);
    }
  }
}

bool text_add_utf16(struct text *text, PCWSTR string)
{
  size_t length = wcsnlen(string, LONGEST_DOCUMENT + 1);
  if (length > LONGEST_DOCUMENT) return false;
  if (!length) return true;
  // An unpaired surrogate has no UTF-8 form.
  int needed = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, string, (int)length, NULL, 0, NULL, NULL);
  if (needed <= 0) return false;
  if (!text_reserve(text, (size_t)needed)) return true;
  char *end = text->bytes + text->length;
  int count =
    WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, string, (int)length, end, needed, NULL, NULL);
  if (count != needed) return false;
  text->length += (size_t)count;
  return true;
}

static void add_hex(char **end, const unsigned char *bytes, size_t count)
{
  for (size_t index = 0; index < count; index++) {
    *(*end)++ = hex[bytes[index] >> 4];
    *(*end)++ = hex[bytes[index] & 15];
  }
}

void text_add_guid(struct text *text, const GUID *id)
{
  unsigned char head[] = {
    (unsigned char)(id->Data1 >> 24), (unsigned char)(id->Data1 >> 16), (unsigned char)(id->Data1 >> 8),
    (unsigned char)id->Data1, (unsigned char)(id->Data2 >> 8), (unsigned char)id->Data2,
    (unsigned char)(id->Data3 >> 8), (unsigned char)id->Data3,
  };
  char form[GUID_LENGTH];
  char *end = form;
  add_hex(&end, head, 4);
  *end++ = '-';
  add_hex(&end, head + 4, 2);
  *end++ = '-';
  add_hex(&end, head + 6, 2);
  *end++ = '-';
  add_hex(&end, id->Data4, 2);
  *end++ = '-';
  add_hex(&end, id->Data4 + 2, 6);
  text_append(text, form, sizeof form);
}

void text_free(struct text *text)
{
  free(text->bytes);
  *text = (struct text){0};
}

static int hex_digit(char character)
{
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

bool guid_from_text(const char *bytes, size_t length, GUID *id)
{
  if (length != GUID_LENGTH) return false;
  unsigned char octets[16];
  size_t count = 0;
  for (size_t index = 0; index < GUID_LENGTH;) {
    if (index == 8 || index == 13 || index == 18 || index == 23) {
      if (bytes[index++] != '-') return false;
      continue;
    }
    int high = hex_digit(bytes[index]);
    int low = hex_digit(bytes[index + 1]);
    if (high < 0 || low < 0) return false;
    octets[count++] = (unsigned char)(high << 4 | low);
    index += 2;
  }
  id->Data1 = (unsigned long)octets[0] << 24 | (unsigned long)octets[1] << 16 | (unsigned long)octets[2] << 8
    | octets[3];
  id->Data2 = (unsigned short)(octets[4] << 8 | octets[5]);
  id->Data3 = (unsigned short)(octets[6] << 8 | octets[7]);
  memcpy(id->Data4, octets + 8, sizeof id->Data4);
  return true;
}

PWSTR utf16_from_utf8(const char *bytes, size_t length)
{
  if (length > INT_MAX || (length && memchr(bytes, 0, length))) return NULL;
  int units = 0;
  if (length) {
    units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, (int)length, NULL, 0);
    if (units <= 0) return NULL;
  }
  PWSTR string = CoTaskMemAlloc(((size_t)units + 1) * sizeof(WCHAR));
  if (!string) return NULL;
  if (units) MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes, (int)length, string, units);
  string[units] = 0;
  return string;
}
