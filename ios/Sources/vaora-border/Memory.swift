import Foundation

/// Counts memory that is new to this process.
enum Memory {
    /// The bytes of the pages that it was the first to touch, since it began. A copy of a camera frame is a block of
    /// its own, and where the system's `malloc` keeps no large blocks, such a block is made of new pages.
    static func taken() -> Int {
        var usage = rusage()
        // RUSAGE_SELF, which Linux and Apple give different types.
        getrusage(0, &usage)
        return Int(usage.ru_minflt) * Int(getpagesize())
    }
}
