/// Deconvolves images: takes the point spread function of components away from dirty images until their peak is at a
/// threshold, with exact residuals between minor cycles (Högbom 1974; Clark 1980; Schwab 1984, sect. III).
///
/// Several channels are joined: peaks are those of their weighted mean, components have a brightness in each, and
/// `CleanSettings.spectrum` says how it may change along frequency (Offringa & Smirnov 2017, sect. 3). Equal input gives
/// equal bits for any number of threads.
///
/// - Parameters:
///   - dirty: image of each channel, Jy/beam, [row][column]. Images of channels without weight are not looked at.
///   - psfs: point spread function of each channel, 1 at its centre.
///   - field: sizes and channels.
///   - cycle: makes exact residuals.
///   - log: gets each major cycle when it is done.
/// - Throws: `ImagingError` for settings and images that do not fit or are not finite; what the cycle throws.
public func clean(
    dirty: [[Float]], psfs: [[Float]], field: CleanField, settings: CleanSettings,
    cycle: any MajorCycle, log: @Sendable (CleanMajor) -> Void = { _ in }
) async throws -> CleanResult {
    try settings.check(field)
    try checkImages(dirty, psfs, field)
    let active = field.channels.indices.filter { field.channels[$0].weight > 0 }
    for channel in active { try checkPixels(dirty[channel], psfs[channel], field, channel) }
    let allowed = settings.allowedPixels(field)
    guard !active.isEmpty, allowed.contains(1) else {
        return CleanResult(
            models: dirty.map { [Float](repeating: 0, count: $0.count) }, residuals: dirty,
            components: CleanComponents([], width: field.width), majors: [], summary: .nothing,
            summaries: dirty.map { _ in nil })
    }
    let channels = active.map { field.channels[$0] }
    let sum = channels.reduce(0) { $0 + $1.weight }
    let set = try await ScaleSet(
        active.map { psfs[$0] }, weights: channels.map { Float($0.weight / sum) }, field, settings)
    var state = Deconvolution(
        field: field, settings: settings, channels: channels, residuals: active.map { dirty[$0] }, set: set,
        allowed: allowed)
    try await state.survey()
    var run = CleanRun(active, dirty, state)
    let ended = try await run.cycles(&state, cycle, log)
    return try await run.result(dirty, state, ended)
}

extension CleanSettings {
    /// 1 for pixels that may hold components, else 0.
    fileprivate func allowedPixels(_ field: CleanField) -> [Float] {
        var allowed = mask.map { $0.map { $0 ? 1 : 0 } } ?? [Float](repeating: 1, count: field.pixels)
        for row in 0..<field.height {
            for column in 0..<field.width {
                let inside =
                    min(row, column, field.height - 1 - row, field.width - 1 - column) >= border
                let boxed = box.map { $0.rows.contains(row) && $0.columns.contains(column) } ?? true
                if !inside || !boxed { allowed[row * field.width + column] = 0 }
            }
        }
        return allowed
    }
}
