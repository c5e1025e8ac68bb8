import Foundation
import Vaora

/// A question of the player. A field that is not there, or is something else, breaks the story.
struct Question {
    private let fields: [String: JSON]

    init(line: String) throws {
        guard case .object(let fields) = try JSON(line: line) else { throw Broken("a question is an object") }
        self.fields = fields
    }

    /// Whether there is such a field.
    func has(_ name: String) -> Bool { fields[name].map { $0 != .null } ?? false }

    func text(_ name: String) throws -> String {
        guard case .text(let text)? = fields[name] else { throw Broken("\(name) is no text") }
        return text
    }

    func number(_ name: String) throws -> Int64 {
        guard case .whole(let number)? = fields[name] else { throw Broken("\(name) is no number") }
        return number
    }

    func small(_ name: String) throws -> Int32 { Int32(clamping: try number(name)) }

    func time(_ name: String) throws -> Date { Date(timeIntervalSince1970: Double(try number(name))) }

    func day(_ name: String) throws -> Day {
        guard let day = Day(try text(name)) else { throw Broken("\(name) is no day") }
        return day
    }

    func bytes(_ name: String) throws -> Data { try data(hex: text(name)) }

    func folder() throws -> URL { URL(fileURLWithPath: try text("folder"), isDirectory: true) }

    func base() throws -> URL {
        guard let base = URL(string: try text("base")) else { throw Broken("base is no address") }
        return base
    }

    /// A list that may be missing.
    func numbers(_ name: String) throws -> [Int64] {
        guard case .list(let list)? = fields[name] else { return [] }
        return try list.map {
            guard case .whole(let number) = $0 else { throw Broken("\(name) holds what is no number") }
            return number
        }
    }

    func secret(_ name: String) throws -> Secret { try secret(hex: text(name)) }

    func key(_ name: String) throws -> KeyState {
        switch fields[name] {
        case .text("locked"): return .locked
        case .text("gone"): return .gone
        case .list(let secrets):
            return .ready(
                secrets: try secrets.map {
                    guard case .text(let hex) = $0 else { throw Broken("a secret is no text") }
                    return try secret(hex: hex)
                })
        default: throw Broken("\(name) is no state of a key")
        }
    }

    func now() throws -> Now {
        guard case .object(let now)? = fields["now"], case .whole(let wall)? = now["wall"],
            case .whole(let offset)? = now["offset"], case .whole(let running)? = now["running"],
            case .whole(let boot)? = now["boot"]
        else { throw Broken("now is no time") }
        return Now(
            wall: Date(timeIntervalSince1970: Double(wall)), offsetMinutes: Int16(clamping: offset),
            runningSeconds: running, boot: boot)
    }

    private func secret(hex: String) throws -> Secret { try Secret(bytes: data(hex: hex), wrapping: Data()) }

    private func data(hex: String) throws -> Data {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { throw Broken("bytes have two digits each") }
        return Data(
            try stride(from: 0, to: digits.count, by: 2).map { at in
                let pair = String(decoding: digits[at..<at + 2], as: UTF8.self)
                guard let byte = UInt8(pair, radix: 16) else { throw Broken("\(pair) is no byte") }
                return byte
            })
    }
}

/// The story has failed, whatever it expects.
struct Broken: Error {
    let why: String

    init(_ why: String) { self.why = why }
}
