import Imaging
import Parameters

extension ImageParameters {
    /// What was given and changes nothing, with how to mend it, a line each.
    ///
    /// - Parameter turning: whether Q or U are turned to the sky.
    func idle(turning: Bool) -> [String] {
        func line(_ given: [(name: String, is: Bool)], _ why: String, _ mend: String) -> String? {
            let names = given.filter(\.is).map(\.name)
            guard !names.isEmpty else { return nil }
            return
                "\(names.joined(separator: ", ")): without effect \(why): \(mend), or leave \(names.count > 1 ? "them" : "it") out"
        }
        return [
            line(niter == 0 ? givenToClean : [], "without CLEAN", "give niter above 0"),
            line(
                keeping == nil ? [("store", !$store.isDefault), ("scratch", scratch != nil)] : [],
                "where no visibilities are kept", "give niter above 0"),
            line(
                keeping != nil && store == .memory ? [("scratch", scratch != nil)] : [],
                "where visibilities are kept in memory", "give store scratch"),
            line(
                channelsOut == 1
                    ? [
                        ("cube", cube), ("mf-weighting", mfWeighting),
                        ("join-channels", niter > 0 && !$joinChannels.isDefault),
                    ] : [], "with one output channel", "give channels-out above 1"),
            line(
                weight.scheme == .natural
                    ? [
                        ("weight-rule", !$weightRule.isDefault), ("density", density == .exact),
                        ("super-weight", superWeight != 1), ("mf-weighting", channelsOut > 1 && mfWeighting),
                    ] : [], "on natural weights", "give weight uniform or briggs"),
            line(pb ? [] : [("pb-limit", !$pbLimit.isDefault)], "without a primary beam", "give pb yes"),
            line(
                turning ? [] : [("feed-angle", feedAngle != nil)], "where no Q or U turn with the feeds",
                "give pol IQUV for antennas on alt-azimuth mounts"),
        ].compactMap { $0 }
    }

    /// What only CLEAN looks at.
    private var givenToClean: [(name: String, is: Bool)] {
        [
            ("gain", !$gain.isDefault), ("mgain", !$mgain.isDefault), ("nmiter", !$nmiter.isDefault),
            ("threshold", !$threshold.isDefault), ("auto-threshold", autoThreshold != nil),
            ("auto-mask", autoMask != nil), ("fits-mask", fitsMask != nil), ("box", box != nil),
            ("border", !$border.isDefault), ("negative", !$negative.isDefault), ("multiscale", multiscale),
            ("multiscale-scales", multiscaleScales != nil), ("join-channels", !$joinChannels.isDefault),
            ("fit-spectral-pol", fitSpectralPol != nil),
            ("fit-spectral-log-pol", fitSpectralLogPol != nil), ("local-rms-window", localRmsWindow != nil),
        ]
    }
}
