import Foundation

/// The phone of a story in Swift: reads questions and writes answers, one JSON object a line.
@main
struct Program {
    static func main() async throws {
        let phone = Phone()
        while let line = readLine() {
            let answer: JSON
            do {
                answer = try await phone.answer(Question(line: line))
            } catch let error as Broken {
                answer = .object(["broken": .text(error.why)])
            } catch {
                answer = .object(["broken": .text("\(error)")])
            }
            write(try answer.line())
        }
    }

    private static func write(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
