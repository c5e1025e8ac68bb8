import Foundation
import Testing
import Vaora

/// What a guest may do wrongly, and what it is told.
@Suite struct ErrorTests {
    @Test func errorsPrintTheirText() async throws {
        let phone = try await Phone()
        await #expect(throws: VaoraError.NoVisit) { try await phone.diary.checkOut(7) }
        let error: any Error = VaoraError.NoVisit
        #expect("\(error)" == "there is no such visit")
        #expect(error.localizedDescription == "there is no such visit")
        #expect(String(reflecting: error) == "there is no such visit")
        #expect("\(VaoraError.DamagedDay(day: Day("2026-11-21")!))" == "the day 2026-11-21 is damaged")
        #expect("\(VaoraError.Offline(why: "portal"))" == "the network does not answer (portal)")
        #expect("\(VaoraError.ShareTooMuch(fits: 3))" == "only 3 of these visits fit one share")
    }

    @Test func whatIsNoRootIsNotTrusted() async throws {
        let phone = try await Phone()
        await #expect { try await phone.diary.follow(Data("no root".utf8)) } throws: {
            "\($0)".contains("did not sign this")
        }
    }

    @Test func afterClosingEverythingSaysClosed() async throws {
        let phone = try await Phone()
        let scan = try await phone.diary.inspect(Code.fromText(text: "x"))
        await phone.diary.close()
        await phone.diary.close()
        let diary = phone.diary
        let verbs: [@Sendable () async throws -> Void] = [
            { try await diary.lock() },
            { try await diary.unlock(.ready(phone.keys.diary)) },
            { try await diary.drain() },
            { try await diary.rotate(matching: nil, diary: phone.keys.diary) },
            { _ = try await diary.inspect(Code.fromText(text: "x")) },
            { try await diary.checkOut(1) },
            { try await diary.stay(1) },
            { _ = try await diary.badge(1) },
            { _ = try await diary.visits() },
            { try await phone.visit() },
            { try await diary.edit(1, from: Date(), until: Date()) },
            { try await diary.confirm(1) },
            { try await diary.setCompanions(1, []) },
            { try await diary.note(1, "x") },
            { try await diary.hide(1) },
            { try await diary.forget(1) },
            { try await diary.forgetBefore(Day(Date())) },
            { try await diary.dropDay(Day(Date())) },
            { _ = try await diary.addCompanion("An") },
            { _ = try await diary.companions() },
            { try await diary.removeCompanion(1) },
            { try await diary.setRetention(nil) },
            { _ = try await diary.export("a good passphrase") },
            { _ = try await diary.due() },
            { try await diary.witness(Date()) },
            { _ = try await diary.clockSeemsWrong() },
            { try await diary.unfollow(noAuthority) },
            { _ = try await diary.freshness() },
            { _ = try await diary.alerts() },
            { _ = try await diary.explain(1) },
            { try await diary.seen(1) },
            { try await diary.acknowledge(1) },
            { _ = try await diary.advice(noAuthority, 1) },
            { _ = try await diary.nextSync(after: Date(), everyMinutes: 60) },
            { try await diary.sync(noAuthority, from: URL(string: "https://a.example/")!) },
            { _ = try await diary.sharePreview(noAuthority, visits: [1]) },
            { _ = try await diary.sharePending() },
            { _ = try await diary.shareAgain() },
            { try await diary.shareAbandon() },
            { _ = try await diary.shareCover(noAuthority) },
            { _ = try await diary.receipts() },
        ]
        for verb in verbs { await #expect(throws: VaoraError.Closed) { try await verb() } }
        // What needs no diary goes on.
        #expect(scan.info().kind == .text)
    }

    @Test func closingInTheMidstOfUseLosesNothingThatWasAcknowledged() async throws {
        let phone = try await Phone()
        let kept = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for count in 0... {
                        do { try await phone.visit() } catch VaoraError.Closed { return count }
                    }
                    return 0
                }
            }
            try await Task.sleep(for: .milliseconds(100))
            await phone.diary.close()
            return try await group.reduce(0, +)
        }
        let again = try await Diary.open(
            in: phone.folder, matching: .ready(phone.keys.matching), diary: .ready(phone.keys.diary))
        #expect(try await again.visits().visits.count == kept)
    }

    @Test func hugeTextsAreRefused() async throws {
        let phone = try await Phone()
        let huge = String(repeating: "x", count: 5_000_000)
        #expect(try await phone.diary.inspect(Code.fromText(text: huge)).info().kind == .text)
        let visit = try await phone.visit()
        await #expect(throws: VaoraError.BadText) { try await phone.diary.note(visit.id, huge) }
        await #expect(throws: VaoraError.BadText) { try await phone.visit(huge) }
        await #expect(throws: (any Error).self) { try await phone.diary.addCompanion(huge) }
        await #expect(throws: (any Error).self) { try await phone.diary.policy(huge) }
        await #expect(throws: VaoraError.NotAnExport) {
            try await phone.diary.importFrom(Data(huge.utf8), passphrase: huge)
        }
        #expect(try await phone.names() == ["Chợ Xanh"])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, .greatestFiniteMagnitude])
    func timesThatAreNone(seconds: Double) async throws {
        let phone = try await Phone()
        let (never, now) = (Date(timeIntervalSince1970: seconds), Date())
        await #expect(throws: VaoraError.BadTimes) {
            try await phone.diary.addManual("Chợ", from: never, until: now)
        }
        await #expect(throws: VaoraError.BadTimes) {
            try await phone.diary.addManual("Chợ", from: now - 60, until: never)
        }
        _ = try await phone.diary.visits(from: never, until: never)
        _ = try await phone.diary.nextSync(after: never, everyMinutes: 60)
        _ = try nextCover(after: never)
    }

    @Test func numbersThatAreNone() async throws {
        let phone = try await Phone()
        let visit = try await phone.visit()
        for companion in [Int64.min, -1, .max] {
            await #expect(throws: (any Error).self) {
                try await phone.diary.setCompanions(visit.id, [companion])
            }
        }
        await #expect(throws: VaoraError.self) { try await phone.diary.setRetention(-1) }
        await #expect(throws: VaoraError.self) {
            try await phone.diary.nextSync(after: Date(), everyMinutes: -1)
        }
        await #expect(throws: VaoraError.self) { try await phone.diary.advice(noAuthority, -1) }
        for visit in [Int64.min, -1, 0, .max] {
            await #expect(throws: VaoraError.NoVisit) { try await phone.diary.checkOut(visit) }
        }
    }

    @Test func wordsThatAreNone() async throws {
        let phone = try await Phone()
        for id in ["", "not hexadecimal", String(repeating: "g", count: 32), "\u{0}"] {
            await #expect(throws: VaoraError.self) { try await phone.diary.unfollow(id) }
        }
        #expect(throws: VaoraError.self) { try Secret(bytes: Data("short".utf8), wrapping: Data()) }
    }

    @Test func secretsAreInNoText() throws {
        let secret = try Secret(bytes: Data(repeating: 0x73, count: 32), wrapping: Data("alias".utf8))
        var dumped = "\(secret) \(KeyState.ready(secret)) \(Keys(matching: secret, diary: secret))"
        dump(secret, to: &dumped)
        #expect(!dumped.contains("ssss") && !dumped.contains("115, 115") && !dumped.contains("alias"))
    }
}

private let noAuthority = String(repeating: "0", count: 32)
