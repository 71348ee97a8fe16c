#include "linear_scan.h"

long linear_scan(const struct linear_rule *rules, size_t count, const struct linear_packet *packet) {
  const uint32_t local = packet->local, remote = packet->remote;
  const uint16_t local_port = packet->local_port, remote_port = packet->remote_port;
  const uint8_t protocol = packet->protocol;
  for (size_t index = 0; index < count; index += 1) {
    const struct linear_rule *rule = &rules[index];
    if (rule->local_lower <= local && local <= rule->local_upper
        && rule->remote_lower <= remote && remote <= rule->remote_upper
        && rule->remote_port_lower <= remote_port && remote_port <= rule->remote_port_upper
        && rule->local_port_lower <= local_port && local_port <= rule->local_port_upper
        && rule->protocol_lower <= protocol && protocol <= rule->protocol_upper)
      return (long)index;
  }
  return -1;
}

long linear_scan_tuned(const struct linear_rule *rules, size_t count,
                       const struct linear_packet *packet) {
  const uint32_t local = packet->local, remote = packet->remote;
  const uint16_t local_port = packet->local_port, remote_port = packet->remote_port;
  const uint8_t protocol = packet->protocol;
  for (size_t index = 0; index < count; index += 1) {
    const struct linear_rule *rule = &rules[index];
    if ((rule->local_lower <= local) & (local <= rule->local_upper)
        & (rule->remote_lower <= remote) & (remote <= rule->remote_upper)
        && rule->remote_port_lower <= remote_port && remote_port <= rule->remote_port_upper
        && rule->local_port_lower <= local_port && local_port <= rule->local_port_upper
        && rule->protocol_lower <= protocol && protocol <= rule->protocol_upper)
      return (long)index;
  }
  return -1;
}
