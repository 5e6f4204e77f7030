import Foundation
import Pipeline

/// Where a container finds what its runner gives it: the places that kliko lays down, or those that the environment
/// names by the variables of kliko's own library.
public struct ContainerPlaces: Sendable, Hashable {
    /// The folder of observations, `INPUT`.
    public var input: String
    /// The folder of results, `OUTPUT`.
    public var output: String
    /// The folder of both where they are one, `WORK`.
    public var work: String
    /// The folder of the caller's files, `PARAM_FILES`.
    public var parameterFiles: String
    /// The file of values, `PARAM_FILE`.
    public var parameters: String
    /// The file of fields, `KLIKO_FILE`.
    public var document: String
    /// The manifest, `SLUICE_CONTAINER`, else the file beside the program.
    public var manifest: String

    /// The places that an environment names, absolute.
    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        let folder = FileManager.default.currentDirectoryPath
        func place(_ variable: String, _ usual: String) -> String {
            guard let path = environment[variable], !path.isEmpty else { return usual }
            return path.hasPrefix("/") ? path : folder + "/" + path
        }
        input = place("INPUT", "/input")
        output = place("OUTPUT", "/output")
        work = place("WORK", "/work")
        parameterFiles = place("PARAM_FILES", "/param_files")
        parameters = place("PARAM_FILE", "/parameters.json")
        document = place("KLIKO_FILE", "/kliko.yml")
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? ""
        manifest = place("SLUICE_CONTAINER", PathParts(program).folderPrefix + ContainerManifest.fileName)
    }

    /// The folder of results, which the process should be in: `OUTPUT`, or `WORK` for a container of `io: join`.
    func results(_ document: KlikoDocument) -> String { document.exchange == .join ? work : output }

    /// The folder of observations.
    func observations(_ document: KlikoDocument) -> String { document.exchange == .join ? work : input }
}
