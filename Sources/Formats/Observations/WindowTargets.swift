// An island of unsafe code: pointers into blocks, valid as long as their caller holds the blocks.

import Visibilities

/// Where the planes and rows of a window's blocks lie, in the order of the observation's baselines.
struct WindowTargets: @unchecked Sendable {
    /// The first samples of a plane, [baseline * polarisations + polarisation].
    private(set) var planes: [Plane] = []
    /// The first rows of a baseline.
    private(set) var tracks: [Track] = []

    /// The first samples of a plane.
    struct Plane {
        let visibilities: UnsafeMutablePointer<UInt64>
        let weights: UnsafeMutablePointer<Float>
        let flags: UnsafeMutablePointer<UInt8>

        /// The plane as a file is asked to fill it.
        func destination(baseline: Int, polarisation: Int) -> PlaneDestination {
            PlaneDestination(
                baseline: baseline, polarisation: polarisation, visibilities: visibilities, weights: weights,
                flags: flags)
        }
    }

    /// The first rows of a baseline.
    struct Track {
        let uvw: UnsafeMutablePointer<UVW>
        let centroids: UnsafeMutablePointer<Double>
    }

    /// Points into all blocks of a window, which must outlive the result and stay unshared.
    init(_ blocks: inout [VisibilityBlock]) {
        for index in blocks.indices {
            let shape = blocks[index].shape
            blocks[index].withMutableArrays { visibilities, weights, flags, uvw, centroids in
                let values = visibilities.withUnsafeMutableBufferPointer {
                    UnsafeMutableRawPointer($0.baseAddress)?.assumingMemoryBound(to: UInt64.self)
                }
                guard let values, let weights = weights.withUnsafeMutableBufferPointer({ $0.baseAddress }),
                    let flags = flags.withUnsafeMutableBufferPointer({ $0.baseAddress }),
                    let uvw = uvw.withUnsafeMutableBufferPointer({ $0.baseAddress }),
                    let centroids = centroids.withUnsafeMutableBufferPointer({ $0.baseAddress })
                else { return }
                for plane in 0..<shape.planes {
                    let start = plane * shape.planeSize
                    planes.append(
                        Plane(visibilities: values + start, weights: weights + start, flags: flags + start))
                }
                for baseline in 0..<shape.baselines {
                    tracks.append(
                        Track(
                            uvw: uvw + baseline * shape.times, centroids: centroids + baseline * shape.times))
                }
            }
        }
    }
}
