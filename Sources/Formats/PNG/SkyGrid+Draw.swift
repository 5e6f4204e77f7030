extension SkyGrid {
    /// Draws the lines over the image, ticks on its frame and labels beside it.
    func draw(on canvas: inout Canvas) {
        for line in lines { canvas.line(line, .white, opacity: 0.16, clip: area) }
        drawRightAscensions(bottom, on: &canvas, edge: Double(area.bottom), outwards: 1)
        drawRightAscensions(top, on: &canvas, edge: Double(area.y), outwards: -1)
        drawDeclinations(on: &canvas)
        // Not across the right edge, nor over the beam in the lower left corner.
        for (at, label) in inside
        where at.x < Double(area.right - 40)
            && (at.x > Double(area.x + 110) || at.y < Double(area.bottom - 110))
        {
            canvas.text(label, at: Point(at.x + 5, at.y - 5), .white, size: 1.4, opacity: 0.75)
        }
        let (left, bottom) = (Double(area.x), Double(area.bottom))
        canvas.text(
            "right ascension (ICRS)", at: Point(left + Double(area.width) / 2, bottom + 50), .faintInk,
            align: .middle)
        canvas.text(
            "declination", at: Point(20, Double(area.y) + Double(area.height) / 2), .faintInk, align: .middle,
            upright: true)
    }

    /// Ticks on the lower or upper edge; a label that would touch its neighbour is left out.
    private func drawRightAscensions(_ ticks: [Tick], on canvas: inout Canvas, edge: Double, outwards: Double)
    {
        var free = Double(area.x) - 60
        for tick in ticks.sorted(by: { $0.position < $1.position }) {
            canvas.line([Point(tick.position, edge), Point(tick.position, edge + 7 * outwards)], .ink)
            canvas.line(
                [Point(tick.position, edge - 8 * outwards), Point(tick.position, edge - outwards)], .white,
                opacity: 0.8)
            let half = Canvas.width(of: tick.label, size: 1.6) / 2
            guard tick.position - half > free else { continue }
            let line = edge + (outwards > 0 ? 13 + Canvas.capitals(1.6) : -13)
            canvas.text(tick.label, at: Point(tick.position, line), align: .middle)
            free = tick.position + half + 12
        }
    }

    private func drawDeclinations(on canvas: inout Canvas) {
        let edge = Double(area.x)
        var free = Double(area.bottom) + 20
        for tick in left.sorted(by: { $0.position > $1.position }) {
            canvas.line([Point(edge - 7, tick.position), Point(edge, tick.position)], .ink)
            canvas.line(
                [Point(edge + 1, tick.position), Point(edge + 8, tick.position)], .white, opacity: 0.8)
            guard tick.position + 6 < free else { continue }
            canvas.text(
                tick.label, at: Point(edge - 12, tick.position + Canvas.capitals(1.6) / 2), align: .end)
            free = tick.position - 14
        }
    }
}
