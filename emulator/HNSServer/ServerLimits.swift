package import NIOCore

/// What a client may use of the server: sizes, times and counts.
///
/// All are this project's choice; a service on Windows is not reached through HTTP.
package struct ServerLimits: Sendable {
  /// The largest request body: 8 MiB, enough for an endpoint with some 30,000 ACLs.
  ///
  /// No known client sends larger bodies, and parsing one already takes a core for a tenth of a second.
  package var body = 8 << 20
  /// The longest line of a head: the request target, or one header field.
  package var headLine = 16 << 10
  /// The largest head.
  package var head = 64 << 10
  /// The most header fields.
  package var headFields = 100
  /// The memory that requests and answers larger than ``freeBytes`` may use together.
  package var memory = 256 << 20
  /// The size up to which a request or an answer is not counted.
  package var freeBytes = 64 << 10
  /// The size up to which a body is parsed on the connection's thread.
  package var inlineBody = 256 << 10
  /// The size at which an answer is sent in parts, and the size of the parts.
  package var part = 64 << 10
  /// The kernel's send buffer of a connection.
  package var sendBuffer = 256 << 10
  /// The most connections; one more closes the connection that has been idle longest.
  package var connections = 4_096
  /// The most event streams.
  package var streams = 64
  /// How many events are queued for a stream that is not read before it is dropped.
  package var events = 1_024

  /// How long a connection may be idle.
  package var idleTime = TimeAmount.seconds(120)
  /// How long a request may take to arrive: from the first byte to the end of the head, and from there to the
  /// end of the body.
  package var headTime = TimeAmount.seconds(10)
  package var bodyTime = TimeAmount.seconds(30)
  /// How long an answer, or a part of it, may wait for the client to read it.
  package var readingTime = TimeAmount.seconds(30)
  /// How long a call with a hang fault keeps its connection.
  package var hangingTime = TimeAmount.seconds(60)
  /// How long a refused client has to read the answer before the connection is closed.
  package var lingeringTime = TimeAmount.seconds(2)
  /// How often an event stream sends a heartbeat.
  package var heartbeat = TimeAmount.seconds(15)
  /// How long calls in progress have to finish when the server closes.
  package var shutdownTimeout = TimeAmount.seconds(5)

  /// The default limits.
  package init() {}
}
