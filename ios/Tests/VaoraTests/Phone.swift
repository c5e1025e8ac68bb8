import Foundation
import Testing
import Vaora

/// A new diary in a folder of its own, which goes when this does.
final class Phone: Sendable {
    let folder: URL
    let keys: Keys
    let diary: Diary

    init(clock: any PhoneClock = MachineClock()) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        keys = try Keys.make()
        diary = try await Diary.create(
            in: folder, matching: keys.matching, diary: keys.diary, clock: clock)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A visit written by hand, an hour long, that ended an hour ago.
    @discardableResult
    func visit(_ name: String = "Chợ Xanh") async throws -> Visit {
        let until = Date(timeIntervalSinceNow: -3600)
        return try await diary.addManual(name, from: until - 3600, until: until)
    }

    func names() async throws -> [String] {
        try await diary.visits().visits.map { $0.place?.name ?? "?" }
    }
}

/// How long the tests of endurance last.
let soakSeconds = ProcessInfo.processInfo.environment["VAORA_SOAK_SECONDS"].flatMap(Double.init) ?? 2
