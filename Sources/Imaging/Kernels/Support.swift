/// A kernel's support as a constant of the type, so that loops over its cells are unrolled.
struct Support<let cells: Int> {}
