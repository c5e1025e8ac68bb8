import Foundation
import Vaora

// How the story says what the façade answered.

func said(_ visit: Visit) -> [String: JSON] {
    let (out, until): (String, Date) =
        switch visit.out {
        case .open(let due): ("open", due)
        case .scanned(let at): ("scanned", at)
        case .said(let at): ("said", at)
        case .assumed(let at): ("assumed", at)
        }
    return [
        "id": .number(visit.id), "place": .text(visit.place?.name),
        "trust": visit.place.map { word($0.trust) } ?? .null, "from": .time(visit.from), "out": .text(out),
        "until": .time(until), "origin": word(visit.origin), "clock": word(visit.clock),
        "companions": .numbers(visit.companions), "note": .text(visit.note),
    ]
}

func said(_ open: OpenVisit?) -> JSON {
    open.map { .object(["id": .number($0.id), "since": .time($0.since)]) } ?? .null
}

func said(_ notice: Notice) -> [String: JSON] {
    ["kind": word(notice.kind), "advice": .number(notice.advice), "day": .text(notice.day.description)]
}

func said(_ list: Freshness) -> [String: JSON] {
    [
        "deployment": .text(list.deployment), "created": .time(list.created), "stale": .bool(list.isStale),
        "clock-wrong": .bool(list.clockSeemsWrong),
    ]
}

func said(_ policy: AreaPolicy) -> [String: JSON] {
    ["deployment": .text(policy.deployment), "state": word(policy.state), "document": .text(policy.document)]
}

func said(_ alert: Alert) -> [String: JSON] {
    [
        "id": .number(alert.id), "deployment": .text(alert.deployment), "state": word(alert.state),
        "corrected": .bool(alert.corrected), "day": .text(alert.day.description),
        "advice": .number(alert.advice),
        "place": .text(alert.place?.name), "visits": .numbers(alert.visits),
    ]
}

func said(_ reason: Explanation) -> [String: JSON] {
    [
        "visit": .number(reason.visit), "from": .time(reason.from), "until": .time(reason.until),
        "advice": .number(reason.advice), "minutes": .number(reason.minutes),
        "minimum": .number(reason.minimum), "margin": .number(reason.margin),
    ]
}

func said(_ visit: SharedVisit) -> [String: JSON] {
    [
        "place": .text(visit.name), "from": .time(visit.from), "until": .time(visit.until),
        "companions": .number(visit.companions), "names": .texts(visit.names),
    ]
}

/// A word of an enum, small and with hyphens: `takenBack` is `taken-back`.
func word<T>(_ value: T) -> JSON {
    .text(
        "\(value)".reduce(into: "") { word, letter in
            word += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
        })
}

func hex(_ bytes: Data) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

extension VaoraError {
    /// The name of its variant.
    var name: String {
        switch self {
        case .NotAVenueCode: "NotAVenueCode"
        case .NotYetValid: "NotYetValid"
        case .Expired: "Expired"
        case .Revoked: "Revoked"
        case .DamagedCode: "DamagedCode"
        case .Locked: "Locked"
        case .KeyGone: "KeyGone"
        case .WrongKey: "WrongKey"
        case .NoDiary: "NoDiary"
        case .AlreadyExists: "AlreadyExists"
        case .InUse: "InUse"
        case .Damaged: "Damaged"
        case .DamagedDay: "DamagedDay"
        case .BadTimes: "BadTimes"
        case .BadText: "BadText"
        case .NoVisit: "NoVisit"
        case .NoAlert: "NoAlert"
        case .Untrusted: "Untrusted"
        case .Offline: "Offline"
        case .BadPassphrase: "BadPassphrase"
        case .NotAnExport: "NotAnExport"
        case .CodeWrong: "CodeWrong"
        case .CodeUsed: "CodeUsed"
        case .Unsure: "Unsure"
        case .ShareTooMuch: "ShareTooMuch"
        case .ShareRefused: "ShareRefused"
        case .TooLarge: "TooLarge"
        case .Full: "Full"
        case .Storage: "Storage"
        case .UpdateNeeded: "UpdateNeeded"
        case .Closed: "Closed"
        case .BadCall: "BadCall"
        }
    }

    /// Its reason, where it has one.
    var why: String? {
        switch self {
        case .Untrusted(let why), .Offline(let why), .BadCall(let why): why
        default: nil
        }
    }
}
