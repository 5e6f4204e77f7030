import Foundation

/// Finds files that are shipped beside the program: in its resource bundle, or in the sources it was built from.
///
/// SwiftPM's own `Bundle.module` stops the process when the bundle was left behind; this answers nil instead.
public enum ShippedResource {
    /// The path of a resource of a target, or nil if it is not there.
    ///
    /// - Parameters:
    ///   - name: file name inside the target's `Resources` folder.
    ///   - target: the target's name.
    ///   - source: a source file of that target, for programs that run where they were built.
    public static func path(_ name: String, target: String, source: String = #filePath) -> String? {
        let bundle = "sluice_\(target)"
        let places = [
            Bundle.main.bundleURL, Bundle.main.resourceURL,
            Bundle.main.executableURL?.deletingLastPathComponent(),
        ]
        var candidates: [URL] = []
        for place in places.compactMap({ $0 }) {
            candidates.append(place.appendingPathComponent("\(bundle).resources/Resources/\(name)"))
            candidates.append(place.appendingPathComponent("\(bundle).bundle/Resources/\(name)"))
            candidates.append(
                place.appendingPathComponent("\(bundle).bundle/Contents/Resources/Resources/\(name)"))
        }
        let folder = URL(fileURLWithPath: source).deletingLastPathComponent()
        candidates.append(folder.appendingPathComponent("Resources/\(name)"))
        return candidates.map(\.path).first { FileManager.default.isReadableFile(atPath: $0) }
    }
}
