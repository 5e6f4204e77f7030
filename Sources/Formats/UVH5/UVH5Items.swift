import Foundation

/// The items of `/Header`: scalar and array datasets, each checked against what the format promises.
struct UVH5Items: Sendable {
    let group: HDF5Group

    /// The error that an item breaks a promise.
    func error(_ name: String, _ what: String, remedy: String = "") -> HDF5Error {
        group.place.child(name).error(what, remedy: remedy)
    }

    /// The values of an item; nil when it is absent or empty (writers leave null datasets for what they do not know).
    func value(_ name: String) throws -> HDF5Value? {
        guard let dataset = try group.dataset(name) else { return nil }
        let value = try dataset.values()
        return value.count == 0 ? nil : value
    }

    /// A text, without blanks around it; nil when it is absent.
    func text(_ name: String) throws -> String? {
        guard let value = try value(name) else { return nil }
        guard let text = value.strings?.first else { throw error(name, "expected a text") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A finite number; nil when it is absent.
    func real(_ name: String) throws -> Double? {
        guard let value = try value(name) else { return nil }
        guard let number = value.numbers?.first, value.count == 1, number.isFinite else {
            throw error(name, "expected one finite number")
        }
        return number
    }

    /// How many of something there are.
    func count(_ name: String, most: Int) throws -> Int {
        guard let value = try value(name) else { throw error(name, "the item is missing: expected a count") }
        guard let number = value.numbers?.first, let count = Int(exactly: number), value.count == 1,
            (1...most).contains(count)
        else { throw error(name, "expected a whole number from 1 to \(most)") }
        return count
    }

    /// An array of finite numbers of one of these shapes; nil when it is absent.
    func optionalReals(_ name: String, shapes: [[Int]]) throws -> [Double]? {
        guard let numbers = try numbers(name, shapes: shapes) else { return nil }
        guard let bad = numbers.firstIndex(where: { !$0.isFinite }) else { return numbers }
        throw error(name, "expected finite numbers, found \(numbers[bad]) at \(bad)")
    }

    /// An array of finite numbers of one of these shapes.
    func reals(_ name: String, shapes: [[Int]]) throws -> [Double] {
        try require(name, optionalReals(name, shapes: shapes))
    }

    /// An array of whole numbers, none so large that it could not be a number in a telescope; nil when it is absent.
    func optionalIntegers(_ name: String, count: Int) throws -> [Int]? {
        try optionalNarrowIntegers(name, count: count)?.map(Int.init)
    }

    /// An array of whole numbers.
    func integers(_ name: String, count: Int) throws -> [Int] {
        try require(name, optionalIntegers(name, count: count))
    }

    /// An array of whole numbers, one for each of what may be millions; nil when it is absent.
    func optionalNarrowIntegers(_ name: String, count: Int) throws -> [Int32]? {
        func narrow(_ number: some Numeric & CustomStringConvertible, _ whole: Int32?) throws -> Int32 {
            guard let whole, whole > .min else {
                throw error(name, "expected whole numbers, found \(number)")
            }
            return whole
        }
        if let dataset = try group.dataset(name), dataset.isInteger, dataset.shape == [count] {
            return try dataset.readAll(as: Int64.self, most: .max).map { try narrow($0, Int32(exactly: $0)) }
        }
        return try numbers(name, shapes: [[count]])?.map { try narrow($0, Int32(exactly: $0)) }
    }

    /// An array of whole numbers, one for each of what may be millions.
    func narrowIntegers(_ name: String, count: Int) throws -> [Int32] {
        try require(name, optionalNarrowIntegers(name, count: count))
    }

    /// An array of texts; nil when it is absent.
    func texts(_ name: String, count: Int) throws -> [String]? {
        guard let value = try value(name) else { return nil }
        guard let texts = value.strings, texts.count == count else {
            throw error(name, "expected \(count) texts, found \(value.count) values")
        }
        return texts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    private func require<T>(_ name: String, _ value: T?) throws -> T {
        guard let value else { throw error(name, "the item is missing") }
        return value
    }

    private func numbers(_ name: String, shapes: [[Int]]) throws -> [Double]? {
        guard let dataset = try group.dataset(name) else { return nil }
        guard shapes.contains(dataset.shape) else {
            let wanted = shapes.map(\.description).joined(separator: " or ")
            throw error(name, "expected numbers of shape \(wanted), found \(dataset.shape)")
        }
        // Their number is known: that of rows, which the memory of the run has been asked about, or less.
        if dataset.isReal, !dataset.shape.isEmpty { return try dataset.readAll(as: Double.self, most: .max) }
        let value = try dataset.values()
        if value.count == 0 { return nil }
        guard let numbers = value.numbers else { throw error(name, "expected numbers") }
        return numbers
    }
}
