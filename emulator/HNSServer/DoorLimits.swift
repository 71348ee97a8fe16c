package import NIOCore

/// What a client may take of the door: sizes, times and numbers.
///
/// All are this project's choice; a service on Windows is not reached through HTTP.
package struct DoorLimits: Sendable {
  /// The largest body of a request: 8 MiB, which holds an endpoint of some 30,000 ACLs.
  ///
  /// Larger bodies are not known of any client, and reading one takes a core for a tenth of a second already.
  package var body = 8 << 20
  /// The largest line of a head: the target, or one header field.
  package var headLine = 16 << 10
  /// The largest head.
  package var head = 64 << 10
  /// The most header fields.
  package var headFields = 100
  /// What requests and answers of more than ``freeBytes`` may hold in memory together.
  package var memory = 256 << 20
  /// What a request or an answer holds without being counted.
  package var freeBytes = 64 << 10
  /// How large a body is read without handing it to the thread for long work.
  package var inlineBody = 256 << 10
  /// What the system keeps of the answers that the client of a connection has not taken.
  package var sendBuffer = 256 << 10
  /// The most connections; one more closes the one that has been idle for longest.
  package var connections = 4_096
  /// The most event streams.
  package var streams = 64
  /// How many events a stream that is not read keeps before it is dropped.
  package var events = 1_024

  /// How long a connection may be without a request.
  package var idleTime = TimeAmount.seconds(120)
  /// How long a request may take to arrive, from the first byte to the end of the head and from there to the
  /// end of the body.
  package var headTime = TimeAmount.seconds(10)
  package var bodyTime = TimeAmount.seconds(30)
  /// How long an answer may wait for the client to read it.
  package var readingTime = TimeAmount.seconds(30)
  /// How long a call that was made to hang keeps its connection.
  package var hangingTime = TimeAmount.seconds(60)
  /// How long a refused client has to take the answer before the connection is closed.
  package var lingeringTime = TimeAmount.seconds(2)
  /// How often an event stream says that it is alive.
  package var heartbeat = TimeAmount.seconds(15)
  /// How long calls in flight have to finish when the door closes.
  package var closingTime = TimeAmount.seconds(5)

  /// The limits of the command.
  package init() {}
}
