import Rings
import Visibilities

/// The links and pools of one run.
struct Wires: Sendable {
    /// The links, by the stage that writes them.
    let links: [Int: any AnyLink]
    /// The pools, by the stage that makes their blocks.
    let pools: [Int: SlabPool]
    /// The pools of what their blocks bring along, by the same stages.
    let companions: [Int: SlabPool]
    /// The maker whose pool each stage's blocks come from.
    let makers: [Int: Int]

    /// All pools made for the blocks of a stage.
    func pools(of maker: Int) -> [SlabPool] { [pools[maker], companions[maker]].compactMap { $0 } }

    func reader<Element: Streamable>(of writer: Int, as: Element.Type) throws -> Reader<Element> {
        try link(writer, Element.self).reader()
    }

    func outlet<Element: Streamable>(of stage: Int, as: Element.Type) throws -> Outlet<Element> {
        guard let maker = makers[stage], let pool = pools[maker] else { throw WiringError.missingLink(stage) }
        return Outlet(
            pool: pool, companions: companions[maker], writer: try link(stage, Element.self).writer)
    }

    func link<Element: Streamable>(_ writer: Int, _: Element.Type) throws -> Link<Element> {
        guard let link = links[writer] as? Link<Element> else { throw WiringError.missingLink(writer) }
        return link
    }
}
