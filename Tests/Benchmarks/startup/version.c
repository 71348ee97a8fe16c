/* The least that a program with a version does. */
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) puts("0.1.0");
  return 0;
}
