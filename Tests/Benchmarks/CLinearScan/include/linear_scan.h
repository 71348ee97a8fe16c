#ifndef LINEAR_SCAN_H
#define LINEAR_SCAN_H

#include <stddef.h>
#include <stdint.h>

/// A rule over the five properties of an IPv4 packet; every range includes both of its ends.
///
/// A rule for any port has the full range of ports. A rule that names ports names TCP or UDP too.
struct linear_rule {
  uint32_t local_lower, local_upper;
  uint32_t remote_lower, remote_upper;
  uint16_t local_port_lower, local_port_upper;
  uint16_t remote_port_lower, remote_port_upper;
  uint8_t protocol_lower, protocol_upper;
};

/// An IPv4 packet; its ports are 0 where its protocol has none.
struct linear_packet {
  uint32_t local, remote;
  uint16_t local_port, remote_port;
  uint8_t protocol;
};

/// Tries the rules in order and returns the number of the first that matches, or -1.
long linear_scan(const struct linear_rule *rules, size_t count, const struct linear_packet *packet);

/// The same, with one branch for both addresses of a rule: they are what a processor foresees worst.
long linear_scan_tuned(const struct linear_rule *rules, size_t count, const struct linear_packet *packet);

#endif
