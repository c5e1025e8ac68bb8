import Foundation
import Vaora

/// The calls that `./vaora bench size` times, through Swift. `bench/src/border.rs` says what is asked.
@main
struct Program {
    /// `FOLDER UNIX-SECONDS`; answers until there are no more questions.
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let start = Int64(arguments[2]) else {
            throw Broken("FOLDER UNIX-SECONDS")
        }
        let border = try await Border(folder: URL(fileURLWithPath: arguments[1]), start: start)
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let times = Int(words[1]) else { throw Broken("CALL TIMES") }
            let answer = try await border.answer(String(words[0]), times: times)
            FileHandle.standardOutput.write(Data((answer + "\n").utf8))
        }
    }
}

/// A phone's work, one call at a time, from the main thread as an app's.
@MainActor private final class Border {
    private let clock: CountedClock
    private let diary: Diary
    private let scanner = Vaora.Scanner()
    private let code: String
    private let scan: Scan
    private let pixels: UnsafeRawBufferPointer

    init(folder: URL, start: Int64) async throws {
        let keys = try Keys.make()
        clock = CountedClock(start)
        diary = try await Diary.create(
            in: folder.appendingPathComponent("diary"), matching: keys.matching, diary: keys.diary,
            clock: clock)
        _ = try await diary.follow(Data(contentsOf: folder.appendingPathComponent("root")))
        code = try String(contentsOf: folder.appendingPathComponent("code"), encoding: .utf8)
        scan = try await diary.inspect(Code.fromText(text: code))
        // As a camera gives it: memory of somebody else, here until the program ends.
        let frame = try Data(contentsOf: folder.appendingPathComponent("frame"))
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: frame.count, alignment: 64)
        memory.copyBytes(from: frame)
        pixels = UnsafeRawBufferPointer(memory)
    }

    func answer(_ call: String, times: Int) async throws -> String {
        var nanos: [UInt64] = []
        nanos.reserveCapacity(times)
        let before = Memory.taken()
        for _ in 0..<times { nanos.append(try await once(call)) }
        let taken = (Memory.taken() - before) / max(times, 1)
        let list = nanos.map(String.init).joined(separator: ",")
        return "{\"nanos\":[\(list)],\"taken\":\(taken)}"
    }

    private func once(_ call: String) async throws -> UInt64 {
        let start: UInt64
        switch call {
        case "clock":
            start = DispatchTime.now().uptimeNanoseconds
            _ = try await diary.clockSeemsWrong()
        case "inspect":
            start = DispatchTime.now().uptimeNanoseconds
            let info = try await diary.inspect(Code.fromText(text: code)).info()
            guard info.mayCheckIn else { throw Broken("no place") }
        case "check-in":
            clock.pass(60)
            start = DispatchTime.now().uptimeNanoseconds
            let visit = try await diary.checkIn(scan)
            let took = DispatchTime.now().uptimeNanoseconds - start
            try await diary.checkOut(visit.id)
            return took
        case "frame":
            start = DispatchTime.now().uptimeNanoseconds
            guard try scanner.frame(pixels, width: 1280, height: 720, stride: 1280) != nil else {
                throw Broken("the code was not seen")
            }
        default: throw Broken("no such call")
        }
        return DispatchTime.now().uptimeNanoseconds - start
    }
}

/// Goes as it is told.
private final class CountedClock: PhoneClock, @unchecked Sendable {
    // Unchecked, for the lock is what makes it so.
    private let lock = NSLock()
    private let start: Int64
    private var seconds: Int64 = 0

    init(_ start: Int64) { self.start = start }

    func pass(_ more: Int64) { lock.withLock { seconds += more } }

    func now() -> Now {
        let seconds = lock.withLock { self.seconds }
        return Now(
            wall: Date(timeIntervalSince1970: Double(start + seconds)), offsetMinutes: 420,
            runningSeconds: 1000 + seconds, boot: 1)
    }
}

private struct Broken: Error {
    let why: String

    init(_ why: String) { self.why = why }
}
