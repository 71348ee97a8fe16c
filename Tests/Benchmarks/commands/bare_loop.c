#include <stdio.h>
#include <stdlib.h>

#include "bare_event_loop.h"

// Reads a whole file and all its libyaml events: the minimum cost of reading a profile.
int main(int count, char **arguments) {
  if (count != 2) return 64;
  FILE *file = fopen(arguments[1], "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) return 1;
  long size = ftell(file);
  rewind(file);
  unsigned char *text = malloc(size > 0 ? (size_t)size : 1);
  if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) return 1;
  return bare_event_loop(text, (size_t)size) > 0 ? 0 : 1;
}
