import Foundation
import Testing

@testable import Vaora

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What `URLSession` does and does not do for the core.
@Suite(.timeLimit(.minutes(5))) struct LineTests {
    @Test func whatComesIsHandedOver() async throws {
        let server = try StubServer { _ in reply("200 OK", ["x-a: b"], body: Data("hello".utf8)) }
        defer { server.stop() }
        let answer = try await carry(URLRequest(url: server.base))
        #expect(answer.seen == ["head 200", "body 5", "end"])
        #expect(answer.headers["x-a"] == "b" && answer.headers["content-length"] == "5")
    }

    @Test func nothingIsKeptForTheNextRequest() async throws {
        let server = try StubServer { _ in
            reply(
                "200 OK", ["set-cookie: name=phone", "etag: \"1\"", "cache-control: max-age=3600"],
                body: Data("hello".utf8))
        }
        defer { server.stop() }
        let line = Line()
        defer { line.close() }
        for _ in 0..<2 { try await line.carry(URLRequest(url: server.base), to: Heard()) }
        try await carry(URLRequest(url: server.base))
        #expect(server.asked.count == 3)
        for head in server.asked.map({ $0.lowercased() }) {
            for name in ["cookie", "if-none-match", "if-modified-since", "referer", "authorization"] {
                #expect(!head.contains("\(name):"), "\(name)")
            }
            #expect(head.contains("accept-language: *"))
        }
    }

    @Test func redirectsAreHandedOverAndNotFollowed() async throws {
        let server = try StubServer { _ in reply("302 Found", ["location: /elsewhere"], body: Data("x".utf8))
        }
        defer { server.stop() }
        let answer = try await carry(URLRequest(url: server.base), takes: false)
        #expect(answer.seen == ["head 302"])
        #expect(answer.headers["location"] == "/elsewhere")
        #expect(server.asked.count == 1)
    }

    @Test func aCutIsNoEnd() async throws {
        let server = try StubServer { _ in reply("200 OK", body: Data("hel".utf8), length: 5) }
        defer { server.stop() }
        #expect(try await carry(URLRequest(url: server.base)).seen == ["head 200", "body 3", "broke"])
        let nobody = URL(string: "http://127.0.0.1:1/")!
        #expect(try await carry(URLRequest(url: nobody)).seen == ["never reached"])
    }

    @Test func aServerThatFallsSilentIsACut() async throws {
        let server = try StubServer { _ in
            Thread.sleep(forTimeInterval: 20)
            return []
        }
        defer { server.stop() }
        var request = URLRequest(url: server.base)
        request.timeoutInterval = 1
        let began = ContinuousClock.now
        #expect(try await carry(request).seen == ["broke"])
        #expect(ContinuousClock.now - began < .seconds(15))
    }

    @Test func whoWantsNoMoreGetsNoMore() async throws {
        let server = try StubServer { _ in reply("200 OK", body: Data(count: 4_000_000)) }
        defer { server.stop() }
        #expect(try await carry(URLRequest(url: server.base), takes: false).seen == ["head 200"])
        let short = try await carry(URLRequest(url: server.base), most: 1)
        #expect(short.seen.count == 2 && short.seen[1].hasPrefix("body"))
    }

    @Test func anErrorOfWhoTakesItIsTheErrorOfTheCall() async throws {
        let server = try StubServer { _ in reply("200 OK", body: Data("hello".utf8)) }
        defer { server.stop() }
        await #expect(throws: VaoraError.TooLarge) {
            try await carry(URLRequest(url: server.base), failing: .TooLarge)
        }
    }

    /// Sixteen megabytes are the largest chunk there is; never are all of them in memory for one call.
    @Test func aLargeBodyComesInPieces() async throws {
        let server = try StubServer { _ in reply("200 OK", body: Data(count: 16 << 20)) }
        defer { server.stop() }
        let answer = try await carry(URLRequest(url: server.base))
        let pieces = answer.seen.compactMap { $0.hasPrefix("body ") ? Int($0.dropFirst(5)) : nil }
        #expect(pieces.reduce(0, +) == 16 << 20)
        #expect(try #require(pieces.max()) <= 1 << 20)
    }

    @Test func cancellingEndsTheWait() async throws {
        let server = try StubServer { _ in
            Thread.sleep(forTimeInterval: 20)
            return []
        }
        defer { server.stop() }
        for wait in [0, 1, 200] {
            let began = ContinuousClock.now
            let task = Task { _ = try await carry(URLRequest(url: server.base)) }
            try await Task.sleep(for: .milliseconds(wait))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - began < .seconds(15))
        }
    }

    @Test func onlySecureAddressesAreAsked() async throws {
        let phone = try await Phone()
        for base in ["http://a.example/", "ftp://127.0.0.1/", "https://me@a.example/", "file:///etc/"] {
            await #expect(throws: (any Error).self) {
                try await phone.diary.sync(String(repeating: "0", count: 32), from: URL(string: base)!)
            }
        }
    }
}

@discardableResult
private func carry(
    _ request: URLRequest, takes: Bool = true, most: Int = .max, failing: VaoraError? = nil
) async throws -> Heard {
    let (line, answer) = (Line(), Heard(takes: takes, most: most, failing: failing))
    defer { line.close() }
    try await line.carry(request, to: answer)
    return answer
}

/// Writes down what it is told.
private final class Heard: Answer, @unchecked Sendable {
    // Unchecked, for a line calls it one call at a time, and it is read after the last one.
    private(set) var seen: [String] = []
    private(set) var headers: [String: String] = [:]
    private let takes: Bool
    private let most: Int
    private let failing: VaoraError?

    init(takes: Bool = true, most: Int = .max, failing: VaoraError? = nil) {
        (self.takes, self.most, self.failing) = (takes, most, failing)
    }

    func head(_ response: HTTPURLResponse) -> Bool {
        seen.append("head \(response.statusCode)")
        for (name, value) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
        return takes
    }

    func body(_ bytes: Data) throws -> Bool {
        if let failing { throw failing }
        seen.append("body \(bytes.count)")
        return seen.count - 1 < most
    }

    func end() { seen.append("end") }

    func broke(reached: Bool) { seen.append(reached ? "broke" : "never reached") }
}
