import Foundation
import Testing
import Vaora

/// Days, and what is none.
@Suite struct DayTests {
    @Test func everyDayIsTheOneOfFoundationsCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 7 * 3600))
        let (first, last) = try (#require(Day("1970-01-01")), #require(Day("9999-12-31")))
        #expect(first.distance(to: last) == 2_932_896)
        // A prime, so that every day of the year is met.
        for day in stride(from: first, through: last, by: 97) {
            let parts = calendar.dateComponents([.year, .month, .day], from: day.start)
            #expect((parts.year, parts.month, parts.day) == (day.year, day.month, day.day))
            #expect(Day(year: day.year, month: day.month, day: day.day) == day)
            #expect(Day(day.description) == day)
            #expect(Day(day.start) == day)
            #expect(Day(day.start.addingTimeInterval(-1)) == (day > first ? day.advanced(by: -1) : first))
            #expect(Day(day.start.addingTimeInterval(86_399)) == day)
        }
    }

    @Test func theDayIsThatOfVietNam() throws {
        // 23:30 in London, 06:30 the next morning in Ha Noi.
        let moment = try #require(ISO8601DateFormatter().date(from: "2026-11-20T23:30:00Z"))
        #expect("\(Day(moment))" == "2026-11-21")
    }

    @Test func whatIsNoDay() {
        let texts = [
            "", "today", "2026-02-30", "2026-2-3", "+2026-11-21", "99999-01-01", "1969-12-31", "2026-11-21 ",
        ]
        for text in texts { #expect(Day(text) == nil, "\(text)") }
        let days = [(2026, 2, 29), (2100, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0)]
        for (year, month, day) in days {
            #expect(Day(year: year, month: month, day: day) == nil, "\(year)-\(month)-\(day)")
        }
        #expect(Day(year: 2024, month: 2, day: 29) != nil)
    }

    @Test func daysBeyondTheEndsAreTheEnds() {
        let today = Day(Date())
        #expect("\(today.advanced(by: .max))" == "9999-12-31")
        #expect("\(today.advanced(by: .min))" == "1970-01-01")
        #expect("\(Day(.distantPast))" == "1970-01-01")
        #expect("\(Day(Date(timeIntervalSince1970: .infinity)))" == "9999-12-31")
        #expect("\(Day(Date(timeIntervalSince1970: .nan)))" == "1970-01-01")
    }

    @Test func daysAreKeptAsTheyAreWritten() throws {
        let days = try [#require(Day("2026-11-21"))]
        let kept = try JSONEncoder().encode(days)
        #expect(String(decoding: kept, as: UTF8.self) == #"["2026-11-21"]"#)
        #expect(try JSONDecoder().decode([Day].self, from: kept) == days)
        let none = Data(#"["2026-02-30"]"#.utf8)
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Day].self, from: none) }
    }
}
