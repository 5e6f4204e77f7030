/// Changes each element of a stream in place, `width` of them at once, and sends them on in order.
///
/// This is how neighbouring stages that treat every block by itself are fused: a block stays in the cache of one thread
/// from the first to the last of them. It holds up to `width` blocks and allocates nothing per block.
///
/// - Parameter keeps: whether a changed element goes on; others are dropped.
/// - Throws: the error of the first element, in order, whose body throws, after all before it were sent; `LinkError` of
///   either link. The caller ends the output and tells the ends of the links.
public func streamInOrder<Element>(
    _ input: Reader<Element>, into output: Writer<Element>, width: Int,
    keeping keeps: @escaping @Sendable (Element) -> Bool = { _ in true },
    _ body: @escaping @Sendable (inout Element) async throws -> Void
) async throws {
    try await mapInOrder(input, into: output, width: width) { element in
        var element = consume element
        try await body(&element)
        return keeps(element) ? element : nil
    }
}

/// Maps each element of a stream to one of another, `width` of them at once, and sends the results in order; nil sends
/// nothing.
///
/// - Throws: as `streamInOrder`.
public func mapInOrder<Input, Output>(
    _ input: Reader<Input>, into output: Writer<Output>, width: Int,
    _ transform: @escaping @Sendable (consuming Input) async throws -> Output?
) async throws {
    let width = max(width, 1)
    let loop = InOrder(input: input, output: output, width: width, transform: transform)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<width {
            group.addTask(executorPreference: globalConcurrentExecutor) { try await loop.run(worker) }
        }
        try await group.waitForAll()
    }
}

/// The loop that several workers share; they read and send when it is their turn.
private struct InOrder<Input: Streamable, Output: Streamable>: Sendable {
    let input: Reader<Input>
    let output: Writer<Output>
    let width: Int
    let transform: @Sendable (consuming Input) async throws -> Output?
    let reading: Turns
    let sending: Turns

    init(
        input: Reader<Input>, output: Writer<Output>, width: Int,
        transform: @escaping @Sendable (consuming Input) async throws -> Output?
    ) {
        self.input = input
        self.output = output
        self.width = width
        self.transform = transform
        reading = Turns(width)
        sending = Turns(width)
    }

    /// Treats the elements `worker`, `worker + width`, ...
    func run(_ worker: Int) async throws {
        var elements = input.makeAsyncIterator()
        var number = worker
        while await reading.begin(number), let element = try await next(&elements) {
            reading.end(number)
            let result = try await made(consume element, number)
            guard await sending.begin(number) else { return }
            if let result {
                do { try await output.send(consume result) } catch { throw closing(error) }
            }
            sending.end(number)
            number += width
        }
        reading.close()
    }

    private func next(_ elements: inout Reader<Input>.Iterator) async throws -> Input? {
        do { return try await elements.next() } catch { throw closing(error) }
    }

    /// The result for an element; its error is thrown when it is the element's turn to be sent, if that ever comes.
    private func made(_ element: consuming Input, _ number: Int) async throws -> Output? {
        do { return try await transform(consume element) } catch {
            guard await sending.begin(number) else { return nil }
            throw closing(error)
        }
    }

    /// Lets all workers end, those that wait for an element or a turn too.
    private func closing(_ error: any Error) -> any Error {
        input.leave()
        reading.close()
        sending.close()
        return error
    }
}
