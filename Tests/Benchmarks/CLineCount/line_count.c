#include "line_count.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

long line_count(const char *path) {
  static char piece[1 << 18];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  long lines = 0;
  ssize_t length;
  while ((length = read(file, piece, sizeof piece)) > 0) {
    const char *end = piece + length;
    for (const char *place = piece; (place = memchr(place, '\n', (size_t)(end - place))) != NULL; place += 1) {
      lines += 1;
    }
  }
  close(file);
  return length < 0 ? -1 : lines;
}
