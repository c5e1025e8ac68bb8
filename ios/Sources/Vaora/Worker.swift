import Dispatch

/// The thread on which a diary does its blocking work: one verb after another, and never on a thread of
/// Swift's cooperative pool, which is not made for waiting on a disk.
final class Worker: SerialExecutor {
    private let queue = DispatchQueue(label: "vaora.diary", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}

/// Blocking work that belongs to no open diary yet. It begins or it does not: a task that was cancelled
/// before throws `CancellationError`, one that is cancelled later finds the work done.
func offPool<T: Sendable>(_ work: @Sendable () throws -> T) async throws -> T {
    try await Bench().run(work)
}

private actor Bench {
    private let worker = Worker()

    nonisolated var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }

    func run<T: Sendable>(_ work: @Sendable () throws -> T) throws -> T {
        try Task.checkCancellation()
        return try work()
    }
}
