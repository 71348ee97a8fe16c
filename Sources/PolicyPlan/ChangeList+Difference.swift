import HostModel

extension ChangeList {
  /// The changes from the contents of one host to those of another: deletions in reverse order, then
  /// creations and updates in the order of the later host.
  ///
  /// - Parameters:
  ///   - before: The earlier contents.
  ///   - after: The later contents.
  package static func between(_ before: HostInventory, _ after: HostInventory) -> ChangeList {
    between(before, after) { _ in nil }
  }

  /// The changes from one host to another.
  ///
  /// - Parameter replacement: Returns why a thing is deleted and created even though its contents are equal;
  ///   nil if it is not.
  static func between(
    _ before: HostInventory, _ after: HostInventory,
    replacement: (HostInventory.Section) -> ReplacementReason?
  ) -> ChangeList {
    var comparison = Comparison(before, after)
    for section in before.sections.reversed() {
      let reason = replacement(section)
      let other = reason == nil ? comparison.later[section.key] : nil
      comparison.delete(section, unlessIn: other, reason)
    }
    for section in after.sections {
      let reason = replacement(section)
      let other = reason == nil ? comparison.earlier[section.key] : nil
      comparison.create(section, beside: other, reason)
    }
    return comparison.list
  }

  /// The comparison of two hosts, section by section; repeated rule sets are compared once.
  private struct Comparison {
    private let before: HostInventory
    private let after: HostInventory
    let earlier: [HostInventory.Section.Key: [HostInventory.Section]]
    let later: [HostInventory.Section.Key: [HostInventory.Section]]
    var list = ChangeList()
    private var deleted: [RuleSets: Int] = [:]
    private var created: [RuleSets: Int] = [:]
    /// The creations of rules that endpoints have in common.
    private var creations: [ObjectIdentifier: ObjectChange] = [:]

    /// The rule sets of a section and of its counterpart.
    private struct RuleSets: Hashable {
      var own: Int
      var other: Int?
    }

    init(_ before: HostInventory, _ after: HostInventory) {
      self.before = before
      self.after = after
      earlier = Dictionary(grouping: before.sections, by: \.key)
      later = Dictionary(grouping: after.sections, by: \.key)
    }

    mutating func delete(
      _ section: HostInventory.Section, unlessIn others: [HostInventory.Section]?,
      _ reason: ReplacementReason?
    ) {
      let other = Self.single(others, section, earlier)
      guard others == nil || other != nil else {
        // Sections with the same name are compared as one, at the position of the last of them.
        guard earlier[section.key]?.last?.position == section.position else { return }
        let own = earlier[section.key] ?? []
        let missing = Self.missing(own.flatMap(before.items), in: (others ?? []).flatMap(after.items))
        return append(section, missing, reason)
      }
      func missing(_ own: [HostObject], _ other: [HostObject]?) -> [ObjectChange] {
        Self.missing(own, in: other ?? [])
      }
      var rules: Int?
      if let position = section.rules {
        let key = RuleSets(own: position, other: other?.rules)
        rules = deleted[key]
        if rules == nil {
          rules = list.add(
            ruleSet: missing(before.ruleSets[position], other?.rules.map { after.ruleSets[$0] }))
          deleted[key] = rules
        }
      }
      // In reverse, the changes after the rules come first.
      list.append(
        Group(
          target: section.target, subject: section.subject, replacement: reason,
          head: missing(section.tail, other?.tail), rules: rules, tail: missing(section.head, other?.head)))
    }

    mutating func create(
      _ section: HostInventory.Section, beside others: [HostInventory.Section]?, _ reason: ReplacementReason?
    ) {
      let other = Self.single(others, section, later)
      guard others == nil || other != nil else {
        guard later[section.key]?.first?.position == section.position else { return }
        let own = later[section.key] ?? []
        let new = Self.new(own.flatMap(after.items), beside: (others ?? []).flatMap(before.items))
        return append(section, new, reason)
      }
      var rules: Int?
      if let position = section.rules {
        let key = RuleSets(own: position, other: other?.rules)
        rules = created[key]
        if rules == nil {
          let old = other?.rules.map { before.ruleSets[$0] } ?? []
          let new = after.ruleSets[position]
          rules = list.add(ruleSet: old.isEmpty ? new.map { creation(of: $0) } : Self.new(new, beside: old))
          created[key] = rules
        }
      }
      list.append(
        Group(
          target: section.target, subject: section.subject, replacement: reason,
          head: Self.new(section.head, beside: other?.head ?? []), rules: rules,
          tail: Self.new(section.tail, beside: other?.tail ?? [])))
    }

    private mutating func creation(of rule: HostObject) -> ObjectChange {
      if let known = creations[rule.identity] { return known }
      let change = ObjectChange(rule, before: nil, after: rule.value)
      creations[rule.identity] = change
      return change
    }

    /// The only counterpart of a section, if both names are unique.
    private static func single(
      _ others: [HostInventory.Section]?, _ section: HostInventory.Section,
      _ own: [HostInventory.Section.Key: [HostInventory.Section]]
    ) -> HostInventory.Section? {
      guard let others, others.count == 1, own[section.key]?.count == 1 else { return nil }
      return others.first
    }

    private mutating func append(
      _ section: HostInventory.Section, _ items: [ObjectChange], _ reason: ReplacementReason?
    ) {
      list.append(
        Group(
          target: section.target, subject: section.subject, replacement: reason, head: items, rules: nil,
          tail: []))
    }

    /// The deletions of items that the other list lacks, in reverse order.
    private static func missing(_ own: [HostObject], in other: [HostObject]) -> [ObjectChange] {
      let kept = other.isEmpty ? [] : Set(keyed(other).map(\.0))
      return keyed(own).reversed().filter { !kept.contains($0.0) }
        .map { ObjectChange($0.1, before: $0.1.value, after: nil) }
    }

    /// The creations and updates of a list compared with an earlier one.
    private static func new(_ own: [HostObject], beside other: [HostObject]) -> [ObjectChange] {
      guard !other.isEmpty else { return own.map { ObjectChange($0, before: nil, after: $0.value) } }
      let old = Dictionary(uniqueKeysWithValues: keyed(other).map { ($0.0, $0.1.value) })
      return keyed(own).compactMap { key, item in
        let before = old[key]
        return before == item.value ? nil : ObjectChange(item, before: before, after: item.value)
      }
    }

    private static func keyed(_ items: [HostObject]) -> [(HostObject.Key, HostObject)] {
      var seen: [HostObject.Key: Int] = [:]
      return items.map { item in
        var key = HostObject.Key(
          kind: item.kind, name: item.name, enforcement: item.enforcement, occurrence: 0)
        let occurrence = seen[key, default: 0]
        seen[key] = occurrence + 1
        key.occurrence = occurrence
        return (key, item)
      }
    }
  }
}
