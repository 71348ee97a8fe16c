#ifndef LINEAR_SCAN_H
#define LINEAR_SCAN_H

#include <stddef.h>
#include <stdint.h>

/// A rule over the five-tuple of an IPv4 packet; ranges include both ends.
///
/// A rule for any port has the full port range. A rule with ports also specifies TCP or UDP.
struct linear_rule {
  uint32_t local_lower, local_upper;
  uint32_t remote_lower, remote_upper;
  uint16_t local_port_lower, local_port_upper;
  uint16_t remote_port_lower, remote_port_upper;
  uint8_t protocol_lower, protocol_upper;
};

/// An IPv4 packet; its ports are 0 if its protocol has none.
struct linear_packet {
  uint32_t local, remote;
  uint16_t local_port, remote_port;
  uint8_t protocol;
};

/// Evaluates the rules in order and returns the index of the first match, or -1.
long linear_scan(const struct linear_rule *rules, size_t count, const struct linear_packet *packet);

/// The same, with one branch for both addresses of a rule, which are the hardest to predict.
long linear_scan_tuned(const struct linear_rule *rules, size_t count, const struct linear_packet *packet);

#endif
