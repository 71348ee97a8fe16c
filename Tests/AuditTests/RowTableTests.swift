import Audit
import Testing

/// Every row, in every benchmark that has it, by every form of its input.
@Suite struct RowTableTests {
  @Test(arguments: RowCase.all)
  func verdicts(_ row: RowCase) {
    for benchmark in AuditBenchmark.allCases where row.rule.isPart(of: benchmark) {
      for shape in InputShape.of(row.rule) where !shape.isAssessment {
        let text = shape.text(row)
        let report = audit(text, benchmark, parameters: row.parameterFile)
        #expect(
          report.status(row.row) == row.status(in: benchmark),
          "\(benchmark.rawValue), \(shape.rawValue): \(report.rows[row.row - 1].reasons)\n\(text)")
      }
    }
  }

  @Test(arguments: AuditRule.all)
  func assessments(_ rule: AuditRule) {
    for benchmark in AuditBenchmark.allCases where rule.isPart(of: benchmark) {
      for shape in InputShape.of(rule) where shape.isAssessment {
        for example in AssessmentCase.all(rule, benchmark) {
          let report = audit(shape.assessment(example), benchmark)
          #expect(
            report.status(rule.row) == example.status,
            "\(rule.code), \(benchmark.rawValue), \(shape.rawValue), \(example.title)")
        }
      }
    }
  }

  /// Prints the table of what is tested, and fails where a passing or a failing case is missing.
  @Test func everyRowHasCasesForEveryInput() {
    var lines: [String] = []
    for rule in AuditRule.all {
      for benchmark in AuditBenchmark.allCases where rule.isPart(of: benchmark) {
        let ofFiles = RowCase.all.filter { $0.row == rule.row }.map { $0.status(in: benchmark) }
        let ofAssessments = AssessmentCase.all(rule, benchmark).map(\.status)
        var cells: [String] = []
        for shape in InputShape.of(rule) {
          let statuses = shape.isAssessment ? ofAssessments : ofFiles
          let passing = statuses.count { $0 == .pass }
          let failing = statuses.count { $0 == .fail }
          cells.append("\(shape.rawValue) \(passing)+\(failing)")
          #expect(passing > 0 && failing > 0, "row \(rule.row) in \(benchmark.rawValue) by \(shape.rawValue)")
        }
        lines.append("\(rule.row) \(rule.code) | \(benchmark.rawValue) | \(cells.joined(separator: ", "))")
      }
    }
    print("row | benchmark | input: passing + failing cases")
    print(lines.joined(separator: "\n"))
  }
}
