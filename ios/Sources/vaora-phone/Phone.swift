import Foundation
import Vaora

/// Somebody who has a diary and answers. `docs/stories.md` lists the questions; this only asks the façade and
/// says what it answered.
final class Phone {
    private let clock = StoryClock()
    private var opened: Diary?

    func answer(_ q: Question) async throws -> JSON {
        clock.set(try q.now())
        do {
            return .object(try await ask(q))
        } catch let error as VaoraError {
            return .object(["error": .text(error.name), "text": .text("\(error)"), "why": .text(error.why)])
        }
    }

    private func ask(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "create", "open", "close", "erase": return try await live(q)
        case "unlock", "lock", "drain", "rotate": return try await keys(q)
        case "scan", "check-in", "rescan", "check-out", "stay", "badge": return try await door(q)
        case "follow", "unfollow", "sync", "freshness", "area", "alerts", "explain", "seen", "acknowledge",
            "advice":
            return try await warnings(q)
        case "share", "share-again", "cover", "pending", "abandon", "receipts": return try await sharing(q)
        default: return try await visits(q)
        }
    }

    private var diary: Diary {
        get throws {
            guard let opened else { throw Broken("the diary is not open") }
            return opened
        }
    }

    private func live(_ q: Question) async throws -> [String: JSON] {
        if try q.text("do") != "open" {
            await opened?.close()
            opened = nil
        }
        switch try q.text("do") {
        case "create":
            opened = try await Diary.create(
                in: q.folder(), matching: q.secret("matching"), diary: q.secret("diary"), clock: clock)
        case "open":
            opened = try await Diary.open(
                in: q.folder(), matching: q.key("matching"), diary: q.key("diary"), clock: clock)
        case "erase": try await erase(q.folder())
        default: break
        }
        return [:]
    }

    private func keys(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "unlock": try await diary.unlock(q.key("diary"))
        case "lock": try await diary.lock()
        case "rotate": try await diary.rotate(matching: q.secret("matching"), diary: q.secret("diary"))
        default:
            let drained = try await diary.drain()
            return [
                "taken": .number(drained.taken), "refused": .number(drained.refused),
                "left": .number(drained.left),
            ]
        }
        return [:]
    }

    private func door(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "scan":
            let info = try await diary.inspect(Code.fromText(text: q.text("code"))).info()
            return [
                "kind": word(info.kind), "trust": info.trust.map(word) ?? .null,
                "name": .text(info.venue?.name ?? info.foreign?.name), "text": .text(info.text),
                "may-check-in": .bool(info.mayCheckIn),
            ]
        case "check-in": return said(try await diary.checkIn(place(q), companions: q.numbers("companions")))
        case "rescan":
            let met = try await diary.rescan(place(q))
            return ["open": said(met.open), "parent": said(met.parent)]
        case "check-out": try await diary.checkOut(q.number("visit"))
        case "stay": try await diary.stay(q.number("visit"))
        default: return ["shapes": .numbers(try await diary.badge(q.number("visit")))]
        }
        return [:]
    }

    private func place(_ q: Question) async throws -> Scan {
        let scan = try await diary.inspect(Code.fromText(text: q.text("code")))
        return q.has("name") ? try scan.named(name: q.text("name"), category: 0) : scan
    }

    private func visits(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "past":
            return said(
                try await diary.addPast(
                    place(q), from: q.time("from"), until: q.time("until"),
                    companions: q.numbers("companions")))
        case "manual":
            return said(
                try await diary.addManual(
                    q.text("name"), from: q.time("from"), until: q.time("until"),
                    companions: q.numbers("companions")))
        case "show":
            let all = try await diary.visits()
            return [
                "visits": .list(all.visits.map { .object(said($0)) }), "damaged": .days(all.damaged),
                "unfinished": .days(all.unfinished),
            ]
        case "edit": try await diary.edit(q.number("visit"), from: q.time("from"), until: q.time("until"))
        case "confirm": try await diary.confirm(q.number("visit"))
        case "companions": try await diary.setCompanions(q.number("visit"), q.numbers("companions"))
        case "note": try await diary.note(q.number("visit"), q.text("text"))
        case "hide": try await diary.hide(q.number("visit"))
        case "forget": try await diary.forget(q.number("visit"))
        case "forget-before": try await diary.forgetBefore(q.day("day"))
        case "drop-day": try await diary.dropDay(q.day("day"))
        case "add-companion": return ["id": .number(try await diary.addCompanion(q.text("name")))]
        case "remove-companion": try await diary.removeCompanion(q.number("companion"))
        case "retention": try await diary.setRetention(q.has("days") ? q.small("days") : nil)
        case "export":
            let export = try await diary.export(q.text("passphrase"))
            return [
                "file": .text(hex(export.bytes())), "visits": .number(export.visits()),
                "missing": .days(export.missing()),
            ]
        case "import":
            let added = try await diary.importFrom(q.bytes("file"), passphrase: q.text("passphrase"))
            return ["added": .number(added)]
        case "due":
            let due = try await diary.due()
            return [
                "leave": .numbers(due.leave), "closed": .numbers(due.closed),
                "expired": .days(due.expired), "rotate": .bool(due.rotate), "next": .time(due.next),
                "notices": .list(due.notices.map { .object(said($0)) }),
            ]
        case "witness": try await diary.witness(q.time("signed"))
        case "clock": return ["wrong": .bool(try await diary.clockSeemsWrong())]
        case let unknown: throw Broken("no verb \(unknown)")
        }
        return [:]
    }

    private func warnings(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "follow": return ["deployment": .text(try await diary.follow(q.bytes("root")))]
        case "unfollow": try await diary.unfollow(q.text("deployment"))
        case "sync":
            let report = try await diary.sync(
                q.text("deployment"), from: q.base(), options: SyncOptions(firstWaitSeconds: 0))
            return ["new": .bool(report.isNew), "sequence": .number(report.sequence)]
        case "freshness":
            return ["lists": .list(try await diary.freshness().map { .object(said($0)) })]
        case "area":
            return ["states": .list(try await diary.policy(q.text("area")).map { .object(said($0)) })]
        case "alerts": return ["alerts": .list(try await diary.alerts().map { .object(said($0)) })]
        case "explain":
            return ["reasons": .list(try await diary.explain(q.number("alert")).map { .object(said($0)) })]
        case "seen": try await diary.seen(q.number("alert"))
        case "acknowledge": try await diary.acknowledge(q.number("alert"))
        default:
            let text = try await diary.advice(
                q.text("deployment"), q.small("advice"), language: q.text("language"))
            return ["language": .text(text?.language), "title": .text(text?.title)]
        }
        return [:]
    }
}

extension Phone {
    private func sharing(_ q: Question) async throws -> [String: JSON] {
        switch try q.text("do") {
        case "share":
            let preview = try await diary.sharePreview(
                q.text("deployment"), visits: q.numbers("visits"), named: q.numbers("named"))
            let shown = preview.visits()
            return try await send(diary.share(preview.agree(), code: q.text("code")), q, shown)
        case "share-again": return try await send(diary.shareAgain(), q, [])
        case "cover": return try await send(diary.shareCover(q.text("deployment")), q, [])
        case "pending":
            let pending = try await diary.sharePending()
            return ["count": pending.map { .number($0.visits) } ?? .null]
        case "abandon":
            try await diary.shareAbandon()
            return [:]
        default:
            let receipts = try await diary.receipts()
            return ["receipts": .list(receipts.map { .object(["count": .number($0.visits)]) })]
        }
    }

    private func send(_ upload: Upload, _ q: Question, _ shown: [SharedVisit]) async throws -> [String: JSON]
    {
        let receipt = try await diary.send(
            upload, to: q.base(), options: SyncOptions(firstWaitSeconds: 0))
        guard let receipt else { return [:] }
        return ["count": .number(receipt.visits), "shown": .list(shown.map { .object(said($0)) })]
    }
}

/// The time of the question.
private final class StoryClock: PhoneClock, @unchecked Sendable {
    // Unchecked, for the lock is what makes it so.
    private let lock = NSLock()
    private var time = Now(wall: Date(timeIntervalSince1970: 0), offsetMinutes: 0, runningSeconds: 0, boot: 0)

    func now() -> Now { lock.withLock { time } }

    func set(_ now: Now) { lock.withLock { time = now } }
}
