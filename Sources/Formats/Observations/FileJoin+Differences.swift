import Parameters
import Visibilities

extension FileJoin {
    /// Files of the same times must look at the same, and files of the same band must be cut into the same windows.
    func refuseDifferences() throws {
        func refuse(_ what: String, _ one: Int, _ two: Int) -> ObservationError {
            ObservationError(
                .usage, what, files: [files[one].path, files[two].path],
                remedy: "join files of one observation only")
        }
        for group in 0..<times.count {
            let members = times.members(of: group)
            for other in members.dropFirst() {
                let (a, b) = (files[members[0]].contents, files[other].contents)
                let isSame =
                    a.scans.count == b.scans.count
                    && zip(a.scans, b.scans).allSatisfy {
                        $0.dumps == $1.dumps && Self.areSame(a.targets[$0.target], b.targets[$1.target])
                    }
                if !isSame {
                    throw refuse("two files of the same times look at other targets", members[0], other)
                }
            }
        }
        for group in 0..<bands.count {
            let members = bands.members(of: group)
            for other in members.dropFirst() {
                let (a, b) = (
                    files[members[0]].contents.spectralWindows, files[other].contents.spectralWindows
                )
                let isSame =
                    a.count == b.count
                    && zip(a, b).allSatisfy {
                        $0.frequencies.count == $1.frequencies.count
                            && abs(($0.frequencies.first ?? 0) - ($1.frequencies.first ?? 0)) < 0.1
                                * ($0.widths.first ?? 0)
                            && zip($0.widths, $1.widths).allSatisfy { abs($0 - $1) < 0.01 * $0 }
                    }
                if !isSame {
                    throw refuse("two files cut the same frequencies into other windows", members[0], other)
                }
            }
        }
    }
}
