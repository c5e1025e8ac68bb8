import Foundation

/// A day as people in Viet Nam count it: it begins at midnight there, wherever the phone is.
///
/// From 1970 to 9999, as the core knows them; Foundation has dates with a time only. Days can be
/// compared, counted (`day.distance(to: other)`) and passed through (`first...last`).
public struct CalendarDay: Sendable, Hashable, Strideable, LosslessStringConvertible {
    /// Days since 1970-01-01.
    private let number: Int

    /// The day of a moment.
    public init(_ moment: Date) {
        let days = ((moment.timeIntervalSince1970 + Self.ahead) / Self.seconds).rounded(.down)
        number = days.isNaN ? 0 : Int(min(max(days, 0), Double(Self.last)))
    }

    /// Nothing where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        // Years that begin in March have their odd day at the end.
        let years = month > 2 ? year : year - 1
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        number = years * 365 + years / 4 - years / 100 + years / 400 + ofYear - Self.before1970
        guard parts == (year, month, day) else { return nil }
    }

    /// Reads `2026-11-21` and nothing else.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else {
            return nil
        }
        self.init(year: year, month: month, day: day)
        guard self.description == description else { return nil }
    }

    /// `2026-11-21`.
    public var description: String {
        let (year, month, day) = parts
        return [year, month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
    }

    /// Four digits.
    public var year: Int { parts.year }

    /// 1 to 12.
    public var month: Int { parts.month }

    /// Of its month.
    public var day: Int { parts.day }

    /// Its first moment.
    public var start: Date { Date(timeIntervalSince1970: Double(number) * Self.seconds - Self.ahead) }

    /// So many days from this one to the other.
    public func distance(to other: CalendarDay) -> Int { other.number - number }

    /// So many days later, or the last day that there is.
    public func advanced(by days: Int) -> CalendarDay {
        let (number, over) = number.addingReportingOverflow(days)
        return CalendarDay(number: over ? (days > 0 ? Self.last : 0) : min(max(number, 0), Self.last))
    }

    private init(number: Int) { self.number = number }

    private var parts: (year: Int, month: Int, day: Int) {
        let days = number + Self.before1970
        // 400 years are 146,097 days; the year is this one or the one before.
        var year = days * 400 / 146_097 + 1
        if Self.beforeMarch(year) > days { year -= 1 }
        let ofYear = days - Self.beforeMarch(year)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9, day)
    }

    /// Days before the first of March of a year, since that of the year 0.
    private static func beforeMarch(_ year: Int) -> Int { year * 365 + year / 4 - year / 100 + year / 400 }

    /// From the first of March of the year 0.
    private static let before1970 = 719_468
    /// 9999-12-31.
    private static let last = 2_932_896
    private static let seconds = 86_400.0
    /// Viet Nam is seven hours ahead, all year.
    private static let ahead = 7 * 3600.0
}

extension CalendarDay: Codable {
    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        try self.init(iso: decoder.singleValueContainer().decode(String.self))
    }

    /// As `2026-11-21`.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(description)
    }

    /// What the core wrote is always a day.
    init(iso: String) throws {
        guard let day = Self(iso) else { throw NoDay() }
        self = day
    }
}

/// A text is no day.
struct NoDay: Error {}
