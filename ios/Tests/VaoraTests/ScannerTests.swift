import Foundation
import Testing
import Vaora

@Suite struct ScannerTests {
    @Test func anEmptyFrameHoldsNoCode() throws {
        let scanner = Vaora.Scanner()
        #expect(try frame(64, 64) { try scanner.frame($0, width: 64, height: 64, stride: 64) } == nil)
        // Rows may be longer than the picture, and the buffer longer than the frame.
        #expect(try frame(80, 65) { try scanner.frame($0, width: 64, height: 64, stride: 80) } == nil)
        #expect(try frame(64, 64) { try scanner.picture($0, width: 64, height: 64, stride: 64) } == nil)
    }

    @Test(arguments: [
        (64, 65, 64), (64, 64, 63), (64, 64, 65), (-1, 64, 64), (64, -1, 64), (64, 64, -1),
        (1 << 20, 1, 1 << 20), (Int.max, 64, 64), (64, Int.max, 64), (64, 64, Int.max),
        (Int.min, Int.min, Int.min),
    ])
    func sidesThatDoNotFitTheBuffer(width: Int, height: Int, stride: Int) throws {
        let scanner = Vaora.Scanner()
        frame(64, 64) { luma in
            #expect(throws: VaoraError.self) {
                try scanner.frame(luma, width: width, height: height, stride: stride)
            }
            #expect(throws: VaoraError.self) {
                try scanner.picture(luma, width: width, height: height, stride: stride)
            }
        }
    }

    @Test func noBufferAtAll() {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(throws: VaoraError.self) {
            try Vaora.Scanner().frame(nothing, width: 64, height: 64, stride: 64)
        }
    }

    /// A white frame.
    private func frame<T>(
        _ stride: Int, _ height: Int, _ look: (UnsafeRawBufferPointer) throws -> T
    ) rethrows -> T {
        try [UInt8](repeating: 255, count: stride * height).withUnsafeBytes(look)
    }
}
