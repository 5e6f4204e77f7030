import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pattern of paths that no file fits.
struct InputPatternError: ClassifiedError {
    let pattern: String
    var fault: Fault { .usage }
    var description: String { "no file fits the pattern: \(pattern): check it, and quote it for the shell" }
}

/// Names of files as a user gives them: paths, or patterns with `*`, `?` and `[...]` as the shell has them.
enum InputPattern {
    /// The files, patterns replaced by what fits them in the order of names; an existing file is never a pattern.
    static func files(_ names: [String]) throws -> [String] {
        try names.flatMap { name in
            guard name.contains(where: { "*?[".contains($0) }), access(name, F_OK) != 0 else { return [name] }
            var found = glob_t()
            defer { globfree(&found) }
            guard glob(name, 0, nil, &found) == 0 else { throw InputPatternError(pattern: name) }
            return (0..<Int(found.gl_pathc)).compactMap { index in
                found.gl_pathv[index].map { String(cString: $0) }
            }
        }
    }
}
