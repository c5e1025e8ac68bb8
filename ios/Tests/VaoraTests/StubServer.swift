import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A server on this machine that answers every request as a test says, and remembers what was asked.
final class StubServer: @unchecked Sendable {
    // Unchecked, for what changes is only touched under the lock.
    private let lock = NSLock()
    private var heads: [String] = []
    private let listener: Int32
    let base: URL

    /// The bytes of an answer, one piece after another; when there are no more, the connection ends.
    typealias Script = @Sendable (_ head: String) -> [Data]

    init(_ script: @escaping Script) throws {
        #if canImport(Darwin)
            let stream = SOCK_STREAM
        #else
            let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        base = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/")!
        Thread.detachNewThread { [self] in
            while case let line = accept(listener, nil, nil), line >= 0 {
                Thread.detachNewThread { self.serve(line, script) }
            }
        }
    }

    /// Every request so far, with its headers.
    var asked: [String] { lock.withLock { heads } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ line: Int32, _ script: Script) {
        defer { close(line) }
        guard let head = Self.head(of: line) else { return }
        lock.withLock { heads.append(head) }
        for piece in script(head) {
            let sent = piece.withUnsafeBytes { send(line, $0.baseAddress, $0.count, quietly) }
            if sent != piece.count { return }
        }
    }

    /// Reads a request with its body, and gives its head.
    private static func head(of line: Int32) -> String? {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = bytes.range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let lines = head.lowercased().split(separator: "\r\n")
                let length = lines.first { $0.hasPrefix("content-length:") }?.split(separator: ":").last
                let body = length.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
                if bytes.count - end.upperBound >= body { return head }
            }
            let count = recv(line, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            bytes += buffer.prefix(count)
        }
    }
}

/// A test that hangs up must not end the tests.
#if canImport(Darwin)
    private let quietly: Int32 = 0
#else
    private let quietly = Int32(MSG_NOSIGNAL)
#endif

/// An answer in one piece.
func reply(_ status: String, _ headers: [String] = [], body: Data = Data(), length: Int? = nil) -> [Data] {
    let lines =
        ["HTTP/1.1 \(status)", "content-length: \(length ?? body.count)", "connection: close"] + headers
    return [Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), body]
}
