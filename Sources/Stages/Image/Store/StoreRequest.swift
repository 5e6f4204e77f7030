import Parameters

/// Where visibilities are kept until they are cleaned.
public enum StorePlace: String, Sendable, ParameterChoice {
    /// In memory if what the run may take has room for them beside the other stages, else in a scratch file.
    case fitting = "auto"
    /// In memory.
    case memory
    /// In a scratch file.
    case scratch
}

/// Where visibilities wait until they are looked at again.
struct StoreRequest: Sendable {
    var place: StorePlace
    /// Folder of scratch files.
    let folder: String
}
