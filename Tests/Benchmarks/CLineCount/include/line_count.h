#ifndef LINE_COUNT_H
#define LINE_COUNT_H

/// Reads a file in blocks of 256 KiB and counts its line feeds; -1 if it cannot be read.
long line_count(const char *path);

#endif
