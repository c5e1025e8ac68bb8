import Foundation
import VaoraCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Takes what comes for one request. `head` and `body` say whether to go on; if not, nothing more is handed
/// over. An error ends the request. All of it is called off Swift's cooperative pool, one call at a time.
protocol Answer: Sendable {
    func head(_ response: HTTPURLResponse) throws -> Bool
    func body(_ bytes: Data) throws -> Bool
    /// It came to its end.
    func end() throws
    /// No answer came, or it was cut off. `reached`: the request may have arrived all the same.
    func broke(reached: Bool) throws
}

/// A line to one server over `URLSession`, which only sends and hands over: it keeps no cookies and no cache,
/// follows no redirects, and holds nothing of a body but the piece that just came.
final class Line: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Unchecked, for `exchange` is only touched under `lock`, and `session` is set once, before anybody else
    // knows of this.
    private let lock = NSLock()
    private var exchange: Exchange?
    private var session: URLSession!

    override init() {
        super.init()
        let queue = OperationQueue()
        queue.name = "vaora.line"
        queue.maxConcurrentOperationCount = 1
        session = URLSession(configuration: Self.configuration, delegate: self, delegateQueue: queue)
    }

    /// Does what the core says is next until it says that everything is here.
    func follow(
        _ next: () throws -> TransferStep, _ prepare: (inout URLRequest) -> any Answer
    ) async throws {
        while true {
            try Task.checkCancellation()
            switch try next() {
            case .ask(let url, let headers, _, let stall):
                guard let url = URL(string: url) else { throw VaoraError.Offline(why: "address") }
                var request = URLRequest(url: url)
                // Set by itself: the initializer's is not kept on every system.
                request.timeoutInterval = TimeInterval(stall)
                for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
                let answer = prepare(&request)
                try await carry(request, to: answer)
            case .wait(let milliseconds):
                try await Task.sleep(for: .milliseconds(milliseconds))
            case .done:
                return
            }
        }
    }

    /// Sends a request and hands over what comes, until all of it has.
    func carry(_ request: URLRequest, to answer: any Answer) async throws {
        let task = session.dataTask(with: request)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                lock.withLock { exchange = Exchange(task.taskIdentifier, answer, continuation) }
                // Cancelled before anybody could be told.
                if Task.isCancelled { settle(task.taskIdentifier, .failure(CancellationError())) }
                task.resume()
            }
        } onCancel: {
            task.cancel()
            settle(task.taskIdentifier, .failure(CancellationError()))
        }
    }

    /// Lets go of the connection.
    func close() { session.invalidateAndCancel() }

    func urlSession(
        _: URLSession, task _: URLSessionTask, willPerformHTTPRedirection _: HTTPURLResponse,
        newRequest _: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _: URLSession, dataTask task: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let goesOn = hand(task) { answer in
            guard let response = response as? HTTPURLResponse else { return false }
            return try answer.head(response)
        }
        completionHandler(goesOn ? .allow : .cancel)
    }

    func urlSession(_: URLSession, dataTask task: URLSessionDataTask, didReceive data: Data) {
        _ = hand(task) { try $0.body(data) }
    }

    func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let answer = answer(for: task) else { return }
        settle(
            task.taskIdentifier,
            Result {
                guard let error else { return try answer.end() }
                try answer.broke(reached: !error.meansNotReached)
            })
    }

    /// Hands a part over, if anybody still wants it. Whoever wants no more of it is done.
    private func hand(_ task: URLSessionTask, _ part: (any Answer) throws -> Bool) -> Bool {
        guard let answer = answer(for: task) else { return false }
        let result = Result { try part(answer) }
        if case .success(true) = result { return true }
        // Not every system lets go of a body that was refused by its head.
        task.cancel()
        settle(task.taskIdentifier, result.map { _ in })
        return false
    }

    private func answer(for task: URLSessionTask) -> (any Answer)? {
        lock.withLock { exchange?.task == task.taskIdentifier ? exchange?.answer : nil }
    }

    /// Ends an exchange, once.
    private func settle(_ task: Int, _ result: Result<Void, any Error>) {
        let ended: Exchange? = lock.withLock {
            guard exchange?.task == task else { return nil }
            defer { exchange = nil }
            return exchange
        }
        ended?.continuation.resume(with: result)
    }

    private static var configuration: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.urlCredentialStorage = nil
        configuration.urlCache = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpMaximumConnectionsPerHost = 1
        // The languages of a phone tell it from others.
        configuration.httpAdditionalHeaders = ["Accept-Language": "*"]
        return configuration
    }
}

extension HTTPURLResponse {
    var status: Int32 { Int32(clamping: statusCode) }

    var headers: [String: String] {
        allHeaderFields.reduce(into: [:]) { headers, field in headers["\(field.key)"] = "\(field.value)" }
    }
}

extension Error {
    /// There was not even a connection. Whatever else it is, something may have got through.
    fileprivate var meansNotReached: Bool {
        let before: [URLError.Code] = [
            .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet,
            .internationalRoamingOff, .dataNotAllowed, .secureConnectionFailed, .serverCertificateUntrusted,
            .serverCertificateHasBadDate, .serverCertificateNotYetValid, .serverCertificateHasUnknownRoot,
        ]
        return (self as? URLError).map { before.contains($0.code) } ?? false
    }
}

/// One request that is under way.
private struct Exchange {
    let task: Int
    let answer: any Answer
    let continuation: CheckedContinuation<Void, any Error>

    init(_ task: Int, _ answer: any Answer, _ continuation: CheckedContinuation<Void, any Error>) {
        self.task = task
        self.answer = answer
        self.continuation = continuation
    }
}
