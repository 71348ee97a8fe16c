#include "program_arguments.h"

static int count;
static char **arguments;

__attribute__((constructor)) static void keep(int argc, char **argv) {
  count = argc;
  arguments = argv;
}

int program_argument_count(void) { return arguments ? count : 0; }

const char *program_argument(int index) { return arguments[index]; }
