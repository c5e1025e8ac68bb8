import Foundation
import Vaora

/// One value of JSON. Numbers are whole: stories know no others.
enum JSON: Codable, Equatable {
    case null
    case bool(Bool)
    case whole(Int64)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Int64.self) {
            self = .whole(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .whole(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        }
    }

    init(line: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(line.utf8))
    }

    func line() throws -> String {
        String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    }

    static func text(_ text: String?) -> JSON { text.map(JSON.text) ?? .null }

    static func number<N: BinaryInteger>(_ number: N) -> JSON { .whole(Int64(number)) }

    static func numbers<N: BinaryInteger>(_ numbers: [N]) -> JSON { .list(numbers.map { .number($0) }) }

    static func texts(_ texts: [String]) -> JSON { .list(texts.map(JSON.text)) }

    static func days(_ days: [Day]) -> JSON { texts(days.map(\.description)) }

    /// Whole Unix seconds.
    static func time(_ time: Date?) -> JSON {
        time.map { .whole(Int64($0.timeIntervalSince1970.rounded(.down))) } ?? .null
    }
}
