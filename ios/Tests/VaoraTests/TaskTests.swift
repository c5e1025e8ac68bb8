import Foundation
import Testing
import Vaora

/// Tasks that are cancelled, and many at once.
@Suite struct TaskTests {
    @Test func whatWasCancelledBeforeItBeganDoesNotHappen() async throws {
        let phone = try await Phone()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await phone.visit()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await phone.names().isEmpty)
        let other = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let create = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await Diary.create(in: other, matching: phone.keys.matching, diary: phone.keys.diary)
        }
        await #expect(throws: CancellationError.self) { try await create.value }
        await #expect(throws: VaoraError.NoDiary) { try await wrappings(other, of: .match) }
    }

    /// However a task is cancelled, its verb has happened and says so, or it has not and says that.
    @Test func cancellingLeavesNoHalfVisit() async throws {
        let phone = try await Phone()
        var kept: Set<String> = []
        for number in 0..<60 {
            let name = "Quán \(number)"
            let task = Task { try await phone.visit(name) }
            if number % 3 != 0 { try await Task.sleep(for: .microseconds(number * 40)) }
            task.cancel()
            switch await task.result {
            case .success: kept.insert(name)
            case .failure(let error): #expect(error is CancellationError)
            }
        }
        #expect(try await Set(phone.names()) == kept)
    }

    @Test func whatGoesInAndComesOutMayCrossTasks() {
        func crosses<T: Sendable>(_: T.Type) {}
        crosses(Diary.self)
        crosses(Vaora.Scanner.self)
        crosses(MachineClock.self)
        crosses(Keys.self)
        crosses(Secret.self)
        crosses(KeyState.self)
        crosses(Code.self)
        crosses(Scan.self)
        crosses(ScanInfo.self)
        crosses(Rescan.self)
        crosses(Now.self)
        crosses(Visit.self)
        crosses(Visits.self)
        crosses(Due.self)
        crosses(Export.self)
        crosses(Alert.self)
        crosses(Explanation.self)
        crosses(AdviceText.self)
        crosses(Freshness.self)
        crosses(AreaPolicy.self)
        crosses(SyncOptions.self)
        crosses(SyncReport.self)
        crosses(SharePreview.self)
        crosses(Consent.self)
        crosses(Upload.self)
        crosses(Receipt.self)
        crosses(PendingShare.self)
        crosses(VaoraError.self)
    }

    /// Eight tasks share one diary: nobody waits for ever, and no visit that was acknowledged is lost.
    @Test(.timeLimit(.minutes(10))) func eightTasksShareADiary() async throws {
        let phone = try await Phone()
        let end = ContinuousClock.now + .seconds(soakSeconds)
        let kept = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for task in 0..<8 {
                group.addTask { try await live(phone, task, until: end) }
            }
            return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(try await Set(phone.names()) == kept)
        await phone.diary.close()
        let again = try await Diary.open(
            in: phone.folder, matching: .ready(phone.keys.matching), diary: .ready(phone.keys.diary))
        #expect(try await Set(again.visits().visits.map { $0.place?.name ?? "?" }) == kept)
    }
}

/// Adds, looks, corrects and forgets until the time is over; says which visits must be there.
private func live(_ phone: Phone, _ task: Int, until end: ContinuousClock.Instant) async throws -> Set<String>
{
    var kept: [(name: String, id: Int64)] = []
    for round in 0... where ContinuousClock.now < end || round == 0 {
        let name = "Quán \(task)-\(round)"
        // A day keeps so many bytes and no more: what is forgotten makes room.
        kept.append((name, try await phone.visit(name).id))
        switch round % 4 {
        case 0: _ = try await phone.diary.due()
        case 1: try await phone.diary.note(kept[0].id, "\(round)")
        case 2: _ = try await phone.diary.alerts()
        default: try await phone.diary.forget(kept.removeFirst().id)
        }
        if kept.count > 10 { try await phone.diary.forget(kept.removeFirst().id) }
        if ContinuousClock.now >= end { break }
    }
    return Set(kept.map(\.name))
}
