import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("UVH5 files in pyuvdata", .enabled(if: Peers.modern != nil, "needs pyuvdata"))
struct UVH5PyuvdataTests {
    /// Any warning is an error; prints a line for everything that is not as it should be.
    private static let script = """
        import sys, warnings
        warnings.simplefilter('error')
        import numpy as np, pyuvdata, h5py, json
        def check(folder):
            uv = pyuvdata.UVData()
            path = folder + '/a.uvh5'
            uv.read(path)
            uv.check()
            with open(folder + '/truth.json') as file: t = json.load(file)
            load = lambda name, kind: np.fromfile(f'{folder}/{name}', kind)
            def same(name, a, b):
                if not np.array_equal(np.asarray(a), np.asarray(b)): print('differs', folder, name, a, b)
            def near(name, a, b, tolerance):
                if not np.abs(a - b).max() <= tolerance: print('differs', folder, name, np.abs(a - b).max())
            turn = lambda a, b: np.angle(np.exp(1j * (a - b)))
            same('shape', uv.data_array.shape, t['shape'])
            same('data', uv.data_array.view('i8').ravel(), load('vis', 'i8'))
            same('flags', uv.flag_array.ravel(), load('flags', 'u1') != 0)
            same('uvw', uv.uvw_array.ravel(), load('uvw', 'f8'))
            if t['uniform']: same('nsamples', uv.nsample_array.ravel().view('i4'), load('weights', 'i4'))
            dumps = lambda name: np.repeat(t[name], t['baselines'])
            names = uv.telescope.antenna_names
            same('times', uv.time_array, dumps('times'))
            same('intervals', uv.integration_time, dumps('intervals'))
            same('fields', [uv.phase_center_catalog[i]['cat_name'] for i in uv.phase_center_id_array], dumps('fields'))
            with h5py.File(path) as file: same('scans', file['Header/scan_number_array'][:], dumps('scans'))
            same('antenna 1', [names[i] for i in uv.ant_1_array], t['antenna1'] * len(t['times']))
            same('antenna 2', [names[i] for i in uv.ant_2_array], t['antenna2'] * len(t['times']))
            same('frequencies', uv.freq_array, t['frequencies'])
            same('widths', uv.channel_width, t['widths'])
            same('windows', uv.flex_spw_id_array, t['windows'])
            same('products', uv.polarization_array, t['products'])
            same('diameters', uv.telescope.antenna_diameters, t['diameters'])
            same('blt_order', uv.blt_order, ('time', 'baseline'))
            near('positions', uv.telescope.antenna_positions + uv.telescope._location.xyz(), np.array(t['positions']), 1e-6)
            if not uv.history.startswith('made by a test\\nin two lines'): print('history', uv.history)
            own = uv.copy(metadata_only=True)
            own.set_lsts_from_time_array()
            near('sidereal times', turn(own.lst_array, uv.lst_array), 0, 1e-7)
            own.set_uvws_from_antenna_positions()
            near('uvw by antennas', own.uvw_array, uv.uvw_array, 1e-3)
            own._set_app_coords_helper()
            near('apparent RA', turn(own.phase_center_app_ra, uv.phase_center_app_ra), 0, 1e-8)
            near('apparent Dec', own.phase_center_app_dec, uv.phase_center_app_dec, 1e-8)
            # pyuvdata takes the angle over a degree of sky, which bends.
            near('angle of north', own.phase_center_frame_pa, uv.phase_center_frame_pa, 2e-4)
        for folder in sys.argv[1:]: check(folder)
        print('done')
        """

    @Test("pyuvdata reads files without a warning, and exactly what was written")
    func reads() async throws {
        let folders = try UVH5Stream.Kind.allCases.map { _ in try Scratch() }
        for (kind, folder) in zip(UVH5Stream.Kind.allCases, folders) {
            let stream = try UVH5Stream(kind)
            try await stream.write(to: folder["a.uvh5"])
            try Self.writeTruth(stream, isUniform: kind != .averaged, to: folder)
        }
        let result = try Peers.run(Peers.modern, ["-c", Self.script] + folders.map(\.path), withErrors: true)
        #expect(result.output == "done\n" && result.status == 0, "\(result.output)")
    }

    private static func writeTruth(_ stream: UVH5Stream, isUniform: Bool, to folder: Scratch) throws {
        let (observation, expected) = (stream.observation, stream.expected)
        func write<T>(_ values: [T], _ name: String) throws {
            try values.withUnsafeBytes { Data($0) }.write(to: folder.url.appending(path: name))
        }
        try write(expected.visibilities, "vis")
        try write(expected.weights, "weights")
        try write(expected.flags, "flags")
        try write(expected.uvw, "uvw")
        let scans = observation.schedule
        func perDump<T>(_ value: (ScheduledScan) -> T) -> [T] {
            scans.flatMap { scan in scan.times.map { _ in value(scan) } }
        }
        let windows = observation.spectralWindows
        let dumps = scans.reduce(0) { $0 + $1.times.count }
        let truth: [String: Any] = [
            "shape": [
                dumps * observation.baselines.count, windows.reduce(0) { $0 + $1.frequencies.count },
                observation.polarisations.count,
            ],
            "uniform": isUniform, "baselines": observation.baselines.count,
            "times": scans.flatMap { $0.times.map { $0 / 86400 + 2_400_000.5 } },
            "intervals": scans.flatMap(\.intervals),
            "fields": perDump { observation.fields[$0.field].name }, "scans": perDump(\.number),
            "antenna1": observation.baselines.map { observation.antennas[$0.antenna1].name },
            "antenna2": observation.baselines.map { observation.antennas[$0.antenna2].name },
            "frequencies": windows.flatMap(\.frequencies), "widths": windows.flatMap(\.widths),
            "windows": windows.enumerated().flatMap { index, window in window.widths.map { _ in index } },
            "products": observation.polarisations.map(\.rawValue),
            "diameters": observation.antennas.map(\.diameter),
            "positions": observation.antennas.map { [$0.position.x, $0.position.y, $0.position.z] },
        ]
        try JSONSerialization.data(withJSONObject: truth).write(to: folder.url.appending(path: "truth.json"))
    }
}
