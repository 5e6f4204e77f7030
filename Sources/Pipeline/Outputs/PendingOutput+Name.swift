import CPlatform
import Foundation

extension PendingOutput {
    /// Whether a name was free.
    enum Renamed { case new, replaced }

    /// Gives what was written its final name.
    func takeName() throws -> Renamed {
        switch sluice_rename_exclusive(temporaryPath, finalPath) {
        case 0: return .new
        case EEXIST where overwrite:
            guard Foundation.rename(temporaryPath, finalPath) == 0 else {
                throw SystemError("cannot rename", finalPath)
            }
            return .replaced
        case EEXIST:
            throw OutputError.exists(
                path: finalPath, mend: "it appeared while this run was writing; use another name")
        case let number: throw SystemError("cannot rename", finalPath, number: number)
        }
    }
}
