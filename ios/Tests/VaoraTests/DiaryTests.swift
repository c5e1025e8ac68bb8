import Foundation
import Testing
import Vaora

@Suite struct DiaryTests {
    @Test func aVisitStays() async throws {
        let phone = try await Phone()
        let visit = try await phone.visit()
        await phone.diary.close()
        let again = try await Diary.open(
            in: phone.folder, matching: .ready(phone.keys.matching), diary: .ready(phone.keys.diary))
        #expect(try await again.visits().visits == [visit])
        await again.close()
    }

    @Test func aSecondOpeningIsRefused() async throws {
        let phone = try await Phone()
        await #expect(throws: VaoraError.InUse) {
            try await Diary.open(
                in: phone.folder, matching: .ready(phone.keys.matching), diary: .ready(phone.keys.diary))
        }
    }

    @Test func everyStateOfAKeyHasItsError() async throws {
        let phone = try await Phone()
        await phone.diary.close()
        let states: [(KeyState, VaoraError)] = [
            (.locked, .Locked), (.gone, .KeyGone), (.ready(try Keys.make().matching), .WrongKey),
        ]
        for (state, error) in states {
            await #expect(throws: error) {
                try await Diary.open(in: phone.folder, matching: state, diary: .ready(phone.keys.diary))
            }
        }
    }

    @Test func aLockedDiaryShowsNothing() async throws {
        let phone = try await Phone()
        try await phone.visit()
        try await phone.diary.lock()
        await #expect(throws: VaoraError.Locked) { try await phone.diary.visits() }
        try await phone.diary.unlock(.ready(phone.keys.diary))
        #expect(try await phone.names() == ["Chợ Xanh"])
    }

    @Test func whatWasRotatedOpensWithNewSecretsAlone() async throws {
        let (phone, new) = (try await Phone(), try Keys.make())
        try await phone.visit()
        try await phone.diary.rotate(matching: new.matching, diary: new.diary)
        await phone.diary.close()
        await #expect(throws: VaoraError.WrongKey) {
            try await Diary.open(
                in: phone.folder, matching: .ready(phone.keys.matching), diary: .ready(phone.keys.diary))
        }
        let both = KeyState.ready(secrets: [phone.keys.matching, new.matching])
        let again = try await Diary.open(in: phone.folder, matching: both, diary: .ready(new.diary))
        #expect(try await again.visits().visits.count == 1)
    }

    @Test func anExportMovesVisits() async throws {
        let (old, new) = (try await Phone(), try await Phone())
        try await old.visit("Quán Ấm")
        let export = try await old.diary.export("a good passphrase")
        await #expect(throws: VaoraError.BadPassphrase) {
            try await new.diary.importFrom(export.bytes(), passphrase: "a wrong passphrase")
        }
        #expect(try await new.diary.importFrom(export.bytes(), passphrase: "a good passphrase") == 1)
        #expect(try await new.names() == ["Quán Ấm"])
    }

    @Test func wrappingsNeedNoSecret() async throws {
        let phone = try await Phone()
        await phone.diary.close()
        #expect(try await wrappings(phone.folder, of: .match).contains(Data()))
        try await erase(phone.folder)
        await #expect(throws: VaoraError.NoDiary) { try await wrappings(phone.folder, of: .match) }
    }

    @Test func theDiarysClockTellsTheTime() async throws {
        let phone = try await Phone(clock: StandingClock())
        let visit = try await phone.diary.addManual(
            "Chợ", from: StandingClock.wall - 7200, until: StandingClock.wall - 3600)
        #expect(visit.from == StandingClock.wall - 7200 && visit.offsetMinutes == 420)
    }

    @Test func theMachinesClockGoesOn() throws {
        let (clock, again) = (MachineClock().now(), MachineClock().now())
        #expect(clock.runningSeconds > 0 && clock.boot > 0)
        #expect(again.runningSeconds >= clock.runningSeconds && again.boot == clock.boot)
    }

    /// A verb that waits for a disk must not take one of the few threads that Swift runs everything on.
    @Test func verbsThatWaitLetOthersRun() async throws {
        let clock = WaitingClock()
        var phones: [Phone] = []
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount + 2 {
            phones.append(try await Phone(clock: clock))
        }
        clock.close()
        // Were all threads taken, nobody would open it but this one of the test's own.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 10)
            clock.open()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for phone in phones { group.addTask { _ = try await phone.diary.due() } }
            while clock.waiting < phones.count && !clock.isOpen {
                try await Task.sleep(for: .milliseconds(1))
            }
            await Task {}.value
            #expect(!clock.isOpen)
            clock.open()
            try await group.waitForAll()
        }
    }

    @Test func anAnswerForWhatIsNoVenue() async throws {
        let phone = try await Phone()
        let scan = try await phone.diary.inspect(Code.fromText(text: "https://a.example/"))
        #expect(scan.info().kind == .url && !scan.info().mayCheckIn)
        await #expect(throws: VaoraError.NotAVenueCode) { try await phone.diary.checkIn(scan) }
        #expect(categories().contains { $0.key == "local-market" })
    }
}

/// Stands still in Viet Nam, on 21/11/2026.
private struct StandingClock: PhoneClock {
    static let wall = Date(timeIntervalSince1970: 1_795_222_800)

    func now() -> Now { Now(wall: Self.wall, offsetMinutes: 420, runningSeconds: 1_000_000, boot: 1) }
}

/// Lets verbs wait for as long as it is closed.
private final class WaitingClock: PhoneClock, @unchecked Sendable {
    // Unchecked, for what changes is only touched under the condition's lock.
    private let condition = NSCondition()
    private var closed = false
    private var count = 0

    var waiting: Int { condition.withLock { count } }
    var isOpen: Bool { condition.withLock { !closed } }

    func close() { condition.withLock { closed = true } }

    func open() {
        condition.withLock {
            closed = false
            condition.broadcast()
        }
    }

    func now() -> Now {
        condition.withLock {
            count += closed ? 1 : 0
            while closed { condition.wait() }
        }
        return MachineClock().now()
    }
}
