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

    #if os(Linux)
        /// Whoever copies a frame reads it from its first byte to its last. The rows of this one lie a page apart,
        /// and nobody has ever touched it: the system tells which of its pages were read.
        @Test func pixelsAreNotCopiedOnTheWay() throws {
            let frame = try UntouchedFrame(rows: 720)
            #expect(try frame.touched() == (rows: 0, between: 0))
            let code = try Vaora.Scanner().frame(
                frame.luma, width: 1280, height: frame.rows, stride: frame.stride)
            #expect(code == nil)
            #expect(try frame.touched() == (rows: frame.rows, between: 0))
            // What this test would say of a copy.
            #expect(Data(frame.luma).count == frame.luma.count)
            #expect(try frame.touched() == (rows: frame.rows, between: frame.rows))
        }
    #endif

    /// A white frame.
    private func frame<T>(
        _ stride: Int, _ height: Int, _ look: (UnsafeRawBufferPointer) throws -> T
    ) rethrows -> T {
        try [UInt8](repeating: 255, count: stride * height).withUnsafeBytes(look)
    }
}

#if os(Linux)
    /// A black frame out of fresh memory, each row at the beginning of every second page.
    private final class UntouchedFrame {
        let luma: UnsafeRawBufferPointer
        let rows: Int
        let stride: Int
        private let page = Int(getpagesize())

        init(rows: Int) throws {
            self.rows = rows
            stride = 2 * page
            let size = rows * stride
            let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let start, start != MAP_FAILED else { throw POSIXError(.ENOMEM) }
            luma = UnsafeRawBufferPointer(start: start, count: size)
            // A large page would be touched as a whole.
            madvise(start, size, MADV_NOHUGEPAGE)
        }

        deinit { munmap(UnsafeMutableRawPointer(mutating: luma.baseAddress), luma.count) }

        /// How many pages somebody has read: those with a row, and those between rows.
        func touched() throws -> (rows: Int, between: Int) {
            var pages = [UInt8](repeating: 0, count: 2 * rows)
            let start = UnsafeMutableRawPointer(mutating: luma.baseAddress)
            guard let start, mincore(start, luma.count, &pages) == 0 else { throw POSIXError(.EINVAL) }
            let there = pages.enumerated().filter { $0.element & 1 == 1 }
            let between = there.count { $0.offset % 2 == 1 }
            return (there.count - between, between)
        }
    }
#endif
