import Foundation
import Logging

@testable import Pipeline

/// Options of a quiet run.
func quiet(_ change: (inout RunOptions) -> Void = { _ in }) -> RunOptions {
    var options = RunOptions()
    options.logHandler = { _ in SwiftLogNoOpLogHandler() }
    change(&options)
    return options
}

/// A machine with two CPUs and 8 GiB, whatever the tests run on.
let roomy = Resources(
    environment: [:], affinity: 2, physicalMemory: 8 << 30, groups: ControlGroups(root: "/none"))
