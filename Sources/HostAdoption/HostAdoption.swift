import JSONText
import Diagnostics
package import HNSEmulator
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
package import PolicyPlan

/// A profile that describes a host as it is, so that a plan of it against that host changes nothing.
///
/// Nothing of it is believed: the text is read, compiled and planned like any other profile. What is refused or
/// would be changed is left out of the profile, and listed with the reason.
package struct HostAdoption: Sendable {
  /// Something on the host that the profile does not describe.
  package struct Omission: Hashable, Sendable {
    /// What it is.
    package var kind: Kind
    /// The object, by its name on the host; of an unread part, the place in its source.
    package var name: String
    /// Why the profile does not describe it.
    package var reason: String

    /// The kinds of omissions.
    package enum Kind: String, Sendable, CaseIterable {
      /// A property of the host itself.
      case host
      case network, endpoint
      /// The ACLs and default actions of an endpoint.
      case acls
      /// A policy of an endpoint other than an ACL.
      case policy
      case service, loadBalancer
      /// A part of the source that was not understood or not taken over.
      case unread
    }
  }

  /// The name of the profile.
  package let name: String
  /// The text of the profile.
  package let text: String
  /// What on the host the profile does not describe.
  package let omissions: [Omission]
  /// What a plan would do nevertheless, as summaries; empty where the plan is empty.
  package let remaining: [String]

  /// Describes a host.
  ///
  /// A host with objects of a profile gives that profile back, with the objects of it that are on the host; of
  /// several profiles, the one with most endpoints. Endpoints of other owners are adopted by their id.
  ///
  /// - Parameters:
  ///   - service: The host.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - name: The name of the profile if the host has no objects of any.
  /// - Throws: The error of the host if it cannot be read.
  package init(
    of service: HostNetworkingService, ledger: OwnershipLedger, name: String
  ) throws(HCNError) {
    var draft = try AdoptionDraft(service, ledger: ledger, name: name)
    var attempt = draft.attempt
    // Every round leaves out something, or ends.
    while !attempt.problems.isEmpty, draft.retreat(from: attempt.problems) { attempt = draft.attempt }
    self.name = draft.name
    text = draft.heading + attempt.text
    omissions = draft.omissions
    remaining = attempt.problems.map(\.reason)
  }
}

/// The profile of a draft, and why it does not describe the host.
struct AdoptionAttempt {
  /// Something that is refused, or that a plan would change.
  struct Problem {
    /// What a plan would change of an endpoint.
    enum Subject {
      case acls
      case policies(Set<PolicyType?>)
      case object
      /// The profile itself, which is refused there.
      case refusal
    }

    /// The part of the profile; nil if it belongs to none.
    var part: ProfileText.Part?
    /// The endpoint, if it is one of a container or pod.
    var endpoint: GUID?
    var subject = Subject.object
    var reason: String
  }

  var text: String
  var problems: [Problem] = []
}

extension AdoptionDraft {
  /// The profile of the draft, read, compiled and planned.
  var attempt: AdoptionAttempt {
    let lines = ProfileText(profile).lines
    let text = lines.map { $0.text + "\n" }.joined()
    var attempt = AdoptionAttempt(text: text)
    func report(_ diagnostics: [Diagnostic]) {
      for diagnostic in diagnostics where diagnostic.severity == .error {
        let line = diagnostic.location.map { Int($0.line) - 1 }
        let part = line.flatMap { lines.indices.contains($0) ? lines[$0].part : nil }
        attempt.problems.append(.init(part: part, subject: .refusal, reason: diagnostic.message))
      }
    }
    let (profile, problems) = Profile.load(bytes: Array(text.utf8), file: name)
    guard let profile else {
      report(problems)
      return attempt
    }
    let (desired, refusals) = ProfileCompiler.compile(profile, file: name)
    guard let desired else {
      report(refusals)
      return attempt
    }
    let (operations, conflicts) = desired.operations(on: service, ledger: ledger, file: name)
    report(conflicts)
    for operation in operations { attempt.problems.append(problem(operation, desired)) }
    return attempt
  }

  /// What an operation of a plan would change.
  private func problem(_ operation: Operation, _ desired: DesiredHost) -> AdoptionAttempt.Problem {
    let reason = "a plan would \(operation.summary)"
    func workload(_ endpoint: DesiredEndpoint?) -> ProfileText.Part? {
      endpoint.map { .workload($0.workload) }
    }
    switch operation.kind {
    case .network:
      let name = desired.networks.first { $0.name == operation.subject }?.name
      return .init(part: name.map { .network($0) }, reason: reason)
    case .endpoint:
      let endpoint = desired.endpoints.first { $0.name == operation.subject }
      guard case .modifyPolicies(_, let policies) = operation.call,
        let record = documents.endpoint(operation.id)
      else { return .init(part: workload(endpoint), reason: reason) }
      let differing = Self.differingTypes(record.policies, policies, operation.call)
      return .init(
        part: workload(endpoint), endpoint: operation.id,
        subject: differing == [.acl] ? .acls : .policies(differing), reason: reason)
    case .namespace:
      let endpoint = desired.endpoints.first { $0.namespaceId == operation.id }
      return .init(part: workload(endpoint), reason: reason)
    default:
      let balancer = desired.loadBalancers.first { $0.id == operation.id }
      return .init(part: balancer.map { .service($0.service) }, reason: reason)
    }
  }

  /// The types of policies that a request changes.
  private static func differingTypes(
    _ before: [HCNPolicy], _ policies: [HCNPolicy], _ call: Operation.Call
  ) -> Set<PolicyType?> {
    if case .modifyPolicies(.remove, _) = call { return Set(policies.map(\.type)) }
    let all = Set(before.map(\.type)).union(policies.map(\.type))
    return all.filter { type in
      before.filter { $0.type == type }.map { $0.document.sorted }
        != policies.filter { $0.type == type }
        .map { $0.document.sorted }
    }
  }
}
