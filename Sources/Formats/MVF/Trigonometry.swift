#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The platform's sine.
func sine(_ angle: Double) -> Double { sin(angle) }
/// The platform's cosine.
func cosine(_ angle: Double) -> Double { cos(angle) }
