/// A group of fields.
struct ContainerSection: Sendable {
    var name: String
    var description: String
    var fields: [ContainerField]
}
