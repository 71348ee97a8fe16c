#ifndef BARE_EVENT_LOOP_H
#define BARE_EVENT_LOOP_H

#include <stddef.h>

/// Runs libyaml's event interface over a text and ignores the events.
/// Returns the number of events, or -1 if the text is invalid.
long bare_event_loop(const unsigned char *text, size_t length);

#endif
