#ifndef BARE_EVENT_LOOP_H
#define BARE_EVENT_LOOP_H

#include <stddef.h>

/// Runs libyaml's event interface over a text and does nothing with the events.
/// Returns the number of events, or -1 when the text does not parse.
long bare_event_loop(const unsigned char *text, size_t length);

#endif
