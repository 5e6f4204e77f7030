import Foundation
import Pipeline

/// The figures of a benchmark as a text for people.
struct BenchmarkTable {
    private let report: BenchmarkReport

    init(_ report: BenchmarkReport) { self.report = report }

    /// Machine, data, table and what its columns mean.
    var text: String {
        let header = [
            "stage", "thr", "Mvis/s", "[middle half]", "at work", "GB/s", "of copy", "work", "in", "out",
        ]
        var titles = header + ["alloc", "MiB", "bound by"]
        if report.observation != nil { titles.append("hours") }
        let rows = report.parts.flatMap { part in
            part.error == nil
                ? part.stages.map { row($0, part) } + together(part)
                : [[part.subject, "\(part.threads)", "not measured: \(part.error ?? "")"]]
        }
        return (title + Self.aligned([titles] + rows) + copyLines + fileLines + legend).joined(
            separator: "\n")
    }

    private var title: [String] {
        let processor = report.processor.map { " (\($0))" } ?? ""
        var lines = [
            "sluice \(report.version) on \(report.host.cpus) CPUs\(processor), load "
                + String(format: "%.1f before, %.1f after", report.load.first ?? 0, report.load.last ?? 0),
            "data \(report.data); \(report.roundsText) after a first one",
        ]
        if !report.optimised { lines.append("built for debugging: these figures mean nothing") }
        return lines + [""]
    }

    private func row(_ stage: StageFigures, _ part: BenchmarkPart) -> [String] {
        let shares = stage.shares
        let rate = stage.rate
        var cells = [
            stage.name, "\(part.threads)", Self.number(rate.median),
            "[\(Self.number(rate.low)), \(Self.number(rate.high))]",
            Self.number(stage.rateAtWork.median), Self.number(stage.gigabytesPerSecond.median),
            Self.number(stage.shareOfCopy.median),
        ]
        cells += [shares.work, shares.input, shares.output].map { String(format: "%.0f%%", 100 * $0) }
        let alone = part.stages.count == 1
        cells += [alone ? allocations(part) : "", alone ? Self.mebibytes(part) : "", stage.boundBy.rawValue]
        if report.observation != nil { cells.append(hours(stage.name, part)) }
        return cells
    }

    /// The line of a whole pipeline.
    private func together(_ part: BenchmarkPart) -> [[String]] {
        guard part.stages.count != 1 else { return [] }
        let rates = Spread(part.seconds.map { Double(part.sourceSamples) / max($0, 1e-9) / 1e6 })
        var cells = [
            part.subject, "\(part.threads)", Self.number(rates.median),
            "[\(Self.number(rates.low)), \(Self.number(rates.high))]", "", "", "", "", "", "",
        ]
        cells += [allocations(part), Self.mebibytes(part), "all together"]
        if report.observation != nil { cells.append(hours(part.subject, part)) }
        return [cells]
    }

    private func allocations(_ part: BenchmarkPart) -> String {
        guard let count = part.heapAllocations else { return "-" }
        return Self.number(Double(count) / Double(max(part.blocksLeased, 1)))
    }

    private func hours(_ name: String, _ part: BenchmarkPart) -> String {
        let estimate = report.estimates.first { $0.name == name && $0.threads == part.threads }
        return estimate.map { Self.number($0.hours) } ?? "-"
    }

    private var copyLines: [String] {
        let counts = Set(report.parts.filter { $0.error == nil }.map(\.threads)).sorted()
        return [""]
            + counts.map { count in
                let speeds = Spread(
                    report.parts.filter { $0.threads == count && $0.error == nil }
                        .map(\.copyBytesPerSecond.median))
                return "memory to memory, \(count) \(count == 1 ? "thread" : "threads"): "
                    + "\(Self.number(speeds.median / 1e9)) GB/s "
                    + "[\(Self.number(speeds.low / 1e9)), \(Self.number(speeds.high / 1e9))]"
            }
    }

    private var fileLines: [String] {
        report.parts.compactMap { part in
            part.file.map { file in
                let share = file.bytesPerSecond / max(file.rawBytesPerSecond, 1)
                return
                    "\(part.subject), \(part.threads) thr: \(Self.number(file.bytesPerSecond / 1e9)) GB/s of its file, "
                    + "raw \(Self.number(file.rawBytesPerSecond / 1e9)) GB/s: \(Self.number(share)) of that"
            }
        }
    }

    private var legend: [String] {
        var lines = [
            "",
            "Mvis/s from a stage's start to its end, at work without its waits; GB/s at work, blocks read and blocks",
            "written both counted, as in the copy (STREAM's way); in, out: waiting for input, for room; MiB: peak of the",
            "process; alloc: heap allocations a block, where they are counted (see Documentation/benchmarking.md)",
        ]
        if let observation = report.observation {
            lines.append("hours: at work on \(observation), one stage's and then everything's")
        }
        return lines
    }

    private static func mebibytes(_ part: BenchmarkPart) -> String {
        number(Double(part.peakResidentBytes) / 1_048_576)
    }

    /// Two or three digits, no exponent.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let small = value > 1e-6 ? Int((1 - log10(value)).rounded(.down)) + 1 : 0
        let decimals = value >= 100 || value <= 1e-6 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : small
        return String(format: "%.\(decimals)f", value)
    }

    /// Columns as wide as their widest cell: words to the left, numbers to the right; a long last cell of a short row
    /// counts for no column.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.first?.count ?? 0
        let full = rows.filter { $0.count == columns }
        let widths = (0..<columns).map { column in full.map { $0[column].count }.max() ?? 0 }
        let words: Set = [0, 12]
        return rows.map { row in
            row.enumerated().map { column, cell in
                let width = row.count == columns || column < 2 ? widths[column] : 0
                let space = String(repeating: " ", count: max(width - cell.count, 0))
                return words.contains(column) ? cell + space : space + cell
            }.joined(separator: "  ").replacing(#/ +$/#, with: "")
        }
    }
}
