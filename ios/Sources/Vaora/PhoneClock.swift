import Foundation
import VaoraCore

#if canImport(Darwin)
    import Darwin
#endif

/// Tells the time as a phone does: wall clock, offset, running time, and which start of the phone.
///
/// A diary asks its clock whenever a verb wants the time. Pass one of your own to ``Diary`` in tests.
public protocol PhoneClock: Sendable {
    /// This moment.
    func now() -> Now
}

/// The clock of the machine that the program runs on.
public struct MachineClock: PhoneClock {
    /// Nothing to choose.
    public init() {}

    /// This moment.
    public func now() -> Now {
        Now(
            wall: Date(),
            offsetMinutes: Int16(clamping: TimeZone.autoupdatingCurrent.secondsFromGMT() / 60),
            runningSeconds: Self.running(),
            boot: Self.boot)
    }

    /// Seconds since the start, those asleep included.
    private static func running() -> Int64 {
        #if canImport(Darwin)
            // On Apple's systems this one goes on while the phone sleeps.
            let clock = CLOCK_MONOTONIC
        #else
            let clock = CLOCK_BOOTTIME
        #endif
        var time = timespec()
        return clock_gettime(clock, &time) == 0 ? Int64(time.tv_sec) : 0
    }

    /// A number of this start, the same in every process.
    private static let boot: Int64 = session().utf8.reduce(0) { hash, byte in
        (hash &* 31 &+ Int64(byte)) & 0x7fff_ffff
    }

    private static func session() -> String {
        #if canImport(Darwin)
            var text = [CChar](repeating: 0, count: 64)
            var size = text.count
            guard sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0 else { return "" }
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        #else
            let file = "/proc/sys/kernel/random/boot_id"
            return (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        #endif
    }
}

extension Date {
    /// A time that has a number of seconds, for the core takes no other: beyond the year 3000, and before
    /// the year 0, one is as good as another.
    var counted: Date {
        let seconds = timeIntervalSince1970
        return Date(timeIntervalSince1970: seconds.isNaN ? 0 : min(max(seconds, -1e11), 1e11))
    }
}
