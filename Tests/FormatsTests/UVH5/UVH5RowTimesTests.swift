import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("Times of rows in UVH5 files", .enabled(if: Peers.modern != nil, "needs pyuvdata"))
struct UVH5RowTimesTests {
    /// Gives each baseline of a file (argument 1) a time of its own, with all that depends on it: files in a folder
    /// (argument 2), each named after the seconds from a baseline to the next.
    private static let stagger = """
        import sys, warnings
        warnings.simplefilter('ignore')
        import numpy as np, pyuvdata
        for seconds in sys.argv[3:]:
            uv = pyuvdata.UVData()
            uv.read(sys.argv[1])
            order = np.unique(uv.baseline_array, return_inverse=True)[1]
            uv.time_array = uv.time_array + order * float(seconds) / 86400
            uv.Ntimes = len(np.unique(uv.time_array))
            uv.blts_are_rectangular, uv.blt_order = seconds == '0', ('time', 'baseline') if seconds == '0' else None
            uv.set_lsts_from_time_array()
            uv._set_app_coords_helper()
            uv.set_uvws_from_antenna_positions()
            uv.write_uvh5(f'{sys.argv[2]}/{seconds}.uvh5')
        """

    /// Compares a copy with its original; any warning about the copy is an error.
    private static let compare = """
        import sys, warnings
        import numpy as np, pyuvdata
        def compare(original, copy):
            one, two = pyuvdata.UVData(), pyuvdata.UVData()
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                one.read(original)
            two.read(copy)
            two.check()
            for name in ('time_array', 'uvw_array', 'integration_time', 'ant_1_array', 'ant_2_array', 'Ntimes', 'data_array',
                         'nsample_array', 'blts_are_rectangular', 'blt_order'):
                if not np.array_equal(getattr(one, name), getattr(two, name)): print('differs', name)
            turn = lambda name: np.abs(np.angle(np.exp(1j * (getattr(one, name) - getattr(two, name))))).max()
            for name, most in (('lst_array', 1e-7), ('phase_center_app_ra', 1e-8), ('phase_center_app_dec', 1e-8),
                               ('phase_center_frame_pa', 2e-4)):
                if turn(name) > most: print('differs', name, turn(name))
            print(two.Ntimes, int(two.blts_are_rectangular))
        warnings.simplefilter('error')
        for pair in zip(sys.argv[1::2], sys.argv[2::2]): compare(*pair)
        """

    private static func run(_ script: String, _ arguments: [String]) throws -> String {
        try Peers.run(Peers.modern, ["-c", script] + arguments, withErrors: true).output
    }

    @Test("rows with times of their own keep them, and what depends on them; others are dumps")
    func own() async throws {
        let folder = try Scratch()
        let stream = try UVH5Stream(.crosses)
        try await stream.write(to: folder["a.uvh5"])
        // Of 10 baselines: all times differ; all are within a millisecond of the middle one; all are equal.
        let kinds = ["0.05", "0.0001", "0"]
        #expect(try Self.run(Self.stagger, [folder["a.uvh5"], folder.path] + kinds) == "")
        var pairs: [String] = []
        for kind in kinds {
            let source = try JoinedObservation([UVH5File.open(folder["\(kind).uvh5"])])
            try await UVH5JoinTests.copy(source, to: folder["\(kind)-copy.uvh5"])
            pairs += [folder["\(kind).uvh5"], folder["\(kind)-copy.uvh5"]]
        }
        let dumps = stream.observation.schedule.reduce(0) { $0 + $1.times.count }
        let rows = dumps * stream.observation.baselines.count
        let said = try Self.run(Self.compare, pairs).split(separator: "\n")
        let near = [
            "differs time_array", "differs Ntimes", "differs blts_are_rectangular", "differs blt_order",
        ]
        #expect(said.map(String.init) == ["\(rows) 0"] + near + ["\(dumps) 1", "\(dumps) 1"], "\(said)")
    }

    /// pyuvdata's own average of two dumps against ours: times, lengths and `nsamples`.
    private static let average = """
        import sys, warnings
        warnings.simplefilter('ignore')
        import numpy as np, pyuvdata
        one, two = pyuvdata.UVData(), pyuvdata.UVData()
        one.read(sys.argv[1])
        one.downsample_in_time(n_times_to_avg=2)
        one.reorder_blts(order='time', minor_order='baseline')
        two.read(sys.argv[2])
        print(np.abs(one.time_array - two.time_array).max() * 86400, np.abs(one.integration_time - two.integration_time).max(),
              np.abs(one.uvw_array - two.uvw_array).max(), len(one.time_array) / len(two.time_array),
              (one.flag_array != two.flag_array).sum(), one.flag_array.mean())
        # pyuvdata weights samples by nsamples x time and gives their flagged part no weight, as we do.
        good = ~one.flag_array
        print(np.abs(one.nsample_array - two.nsample_array)[good].max(), np.abs(one.data_array - two.data_array)[good].max())
        """

    @Test("averaged rows have the times and nsamples that pyuvdata gives them, flagged or not")
    func averaged() async throws {
        let folder = try Scratch()
        var sample = MVFSample()
        sample.scans = [(number: 3, field: 0, dumps: 8)]
        try await UVH5Stream(sample.observation).write(to: folder["a.uvh5"])
        try await UVH5JoinTests.copy(
            try JoinedObservation([UVH5File.open(folder["a.uvh5"])]), to: folder["b.uvh5"], averaging: 2)
        let found = try Peers.numbers(Peers.modern, Self.average, [folder["a.uvh5"], folder["b.uvh5"]])
        try #require(found.count == 8)
        #expect(found[0] < 5e-5 && found[1] < 1e-9 && found[2] < 5e-3, "\(found)")
        #expect(found[3] == 1 && found[4] == 0 && found[5] > 0.01, "\(found)")
        #expect(found[6] < 1e-4 && found[7] < 1e-5, "\(found)")
    }
}
