/// The arguments of the program as its loader passed them.
///
/// Swift reads /proc/self/cmdline instead, which a root folder without /proc does not have.
#pragma once

/// The number of arguments, the name of the program included; 0 where the loader passes none to constructors.
int program_argument_count(void);

/// The argument at an index less than the count.
const char *program_argument(int index);
