import Foundation
import Rings
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("Copies of real UVH5 files")
struct UVH5CopyTests {
    /// Real files: one with rows of antenna 1 above antenna 2 and integers, one of 350 antennas, one of an old version.
    private static let real = [
        "zen.2458432.34569.uvh5", "zen.2457698.40355191.xx.HH.uvh5", "zen.2458043.40141.xx.HH.XRAA.uvh5",
    ]

    /// Compares two files in pyuvdata: samples that are exactly zero are lost in a copy, which gives no warning that the
    /// original does not.
    private static let script = """
        import sys, warnings
        import numpy as np, pyuvdata
        def load(path):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter('always')
                uv = pyuvdata.UVData()
                uv.read(path, fix_autos=False, check_autos=False)
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                uv.conjugate_bls('ant1<ant2')
                uv.reorder_blts(order='time', minor_order='baseline')
                uv.reorder_pols('AIPS')
            return uv, {str(warning.message)[:60] for warning in caught}
        for pair in zip(sys.argv[1::2], sys.argv[2::2]):
            (a, known), (b, warned) = load(pair[0]), load(pair[1])
            if warned - known: print('warns', warned - known)
            def same(name, x, y):
                if not np.array_equal(np.asarray(x), np.asarray(y)): print('differs', pair[0], name, x, y)
            same('data', a.data_array.astype('c8'), b.data_array)
            good = b.data_array != 0
            same('flags', a.flag_array[good], b.flag_array[good])
            same('nsamples', a.nsample_array[good], b.nsample_array[good])
            if not b.flag_array[~good].all(): print('zeros are not flagged')
            for name in ('time_array', 'uvw_array', 'freq_array', 'channel_width', 'integration_time', 'ant_1_array',
                         'ant_2_array', 'polarization_array', 'vis_units'):
                same(name, getattr(a, name), getattr(b, name))
            place = lambda uv: dict(zip(uv.telescope.antenna_names, uv.telescope.antenna_positions))
            far = [np.abs(place(a)[n] - p).max() for n, p in place(b).items()]
            if max(far) > 1e-6: print('antenna positions', max(far))
            same('types', *[[x.phase_center_catalog[i]['cat_type'] for i in x.phase_center_id_array] for x in (a, b)])
            if a.history.split('  Read/written')[0].strip() not in b.history: print('history is lost')
        print('done')
        """

    @Test(
        "a copy of a real file holds the same bits in pyuvdata",
        .enabled(if: Shared.find("data/uvh5") != nil && Peers.modern != nil, "needs shared/ and pyuvdata"))
    func realFiles() async throws {
        let folder = try Scratch()
        var pairs: [String] = []
        for name in Self.real {
            let source = try #require(Shared.find("data/uvh5/" + name)).path
            let view = try JoinedObservation([try UVH5File(path: source)]).select()
            var observation = view.observation
            observation.origins = [source]
            var cut = try UVH5Stream(observation, window: 5, subband: 24).cut
            cut.observation.schedule = view.observation.schedule
            let reader = try ObservationReader(view, cut: cut, threads: 2)
            let writer = try UVH5Writer(path: folder[name], cut: cut, threads: 2)
            for try await block in MVFCheck.stream(reader) { try await writer.write(block) }
            try writer.finish(history: ["copied by a test"])
            pairs += [source, folder[name]]
        }
        let result = try Peers.run(Peers.modern, ["-c", Self.script] + pairs, withErrors: true)
        #expect(result.output == "done\n" && result.status == 0, "\(result.output)")
    }
}
