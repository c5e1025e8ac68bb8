import Foundation
import Testing
import Vaora

/// What people read first: the examples of README and manual, as `./vaora` copies them here, with a real
/// authority.
@Suite struct ExampleTests {
    @Test func theQuickstartRuns() async throws {
        let office = try Office()
        defer { office.server.stop() }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let alerts = try await day(
            at: office.poster, root: office.root, lists: office.server.base, folder: folder)
        #expect(alerts.isEmpty)
        #expect(office.server.asked.contains { $0.hasPrefix("GET /manifest ") })
    }

    @Test func theManualsExampleRuns() async throws {
        let office = try Office()
        defer { office.server.stop() }
        let phone = try await Phone()
        await phone.diary.close()
        let citizen = try await Citizen(folder: phone.folder, keys: phone.keys, root: office.root)
        let visit = try await citizen.arrive(office.poster)
        #expect(visit.place?.name == "Chợ Xanh" && visit.place?.trust == .verified)
        _ = try await citizen.arrive(office.poster)
        let visits = try await citizen.diary.visits().visits
        #expect(visits.count == 2 && visits.filter { $0.out.isOpen }.count == 1)
        #expect(try await citizen.update(from: office.server.base).isEmpty)
        #expect(try await citizen.remind().isEmpty)
        #expect(try await citizen.diary.freshness().map(\.isStale) == [false])
        #expect(try await citizen.diary.sync(citizen.town, from: office.server.base).isNew == false)
    }

    /// What goes over the line says nothing of the diary: an empty one and a full one ask alike.
    @Test func whatIsAskedForSaysNothingOfTheDiary() async throws {
        var asked: [[Set<Substring>]] = []
        for visits in [0, 3] {
            let office = try Office()
            defer { office.server.stop() }
            let phone = try await Phone()
            let town = try await phone.diary.follow(office.root)
            for _ in 0..<visits {
                let scan = try await phone.diary.inspect(Code.fromText(text: office.poster))
                try await phone.diary.checkOut(phone.diary.checkIn(scan).id)
            }
            try await phone.diary.sync(town, from: office.server.base)
            // The order of headers is the system's, and another one each time; the port is the server's.
            asked.append(
                office.server.asked.map { head in
                    Set(head.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("host:") })
                })
        }
        #expect(asked[0] == asked[1])
        #expect(asked[0].count > 3)
    }

    @Test func whereTheDeskIsSilentTheShareWaits() async throws {
        let office = try Office()
        defer { office.server.stop() }
        let phone = try await Phone()
        let town = try await phone.diary.follow(office.root)
        try await phone.diary.sync(town, from: office.server.base)
        let scan = try await phone.diary.inspect(Code.fromText(text: office.poster))
        let visit = try await phone.diary.checkIn(scan)
        try await phone.diary.checkOut(visit.id)
        let preview = try await phone.diary.sharePreview(town, visits: [visit.id])
        #expect(preview.visits().map(\.name) == ["Chợ Xanh"])
        let consent = try preview.agree()
        #expect(throws: VaoraError.self) { try preview.agree() }
        await #expect(throws: VaoraError.CodeWrong) {
            try await phone.diary.share(consent, code: "no code")
        }
        let upload = try await phone.diary.share(consent, code: office.shareCode)
        let hasty = SyncOptions(tries: 1, firstWaitSeconds: 0)
        // A desk that is not there got nothing; one that says nothing may have it.
        await #expect(throws: VaoraError.Offline(why: "offline")) {
            try await phone.diary.send(upload, to: URL(string: "http://127.0.0.1:1/")!, options: hasty)
        }
        let mute = try StubServer { _ in [] }
        defer { mute.stop() }
        await #expect(throws: VaoraError.Unsure) {
            try await phone.diary.send(upload, to: mute.base, options: hasty)
        }
        let head = try #require(mute.asked.first)
        #expect(head.hasPrefix("POST /share ") && head.lowercased().contains("content-length: 32768"))
        #expect(try await phone.diary.sharePending()?.visits == 1)
        #expect(try await phone.diary.shareAgain().bytes().count == 32768)
        try await phone.diary.shareAbandon()
        #expect(try await phone.diary.sharePending() == nil)
    }
}

/// An authority that has published, and a server of its files.
private struct Office {
    let root: Data
    let poster: String
    let shareCode: String
    let server: StubServer

    init() throws {
        let path = try #require(
            ProcessInfo.processInfo.environment["VAORA_EXAMPLES"], "run ./vaora test swift")
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        root = try Data(contentsOf: folder.appendingPathComponent("office/root"))
        let line = { (name: String) in
            try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        poster = try line("poster")
        shareCode = try line("share-code")
        let files = folder.appendingPathComponent("public")
        server = try StubServer { head in
            let path = head.split(separator: " ")[1]
            guard head.hasPrefix("GET "),
                let file = try? Data(contentsOf: files.appendingPathComponent(String(path)))
            else { return reply("404 Not Found") }
            return reply("200 OK", body: file)
        }
    }
}

extension Out {
    fileprivate var isOpen: Bool { if case .open = self { true } else { false } }
}
