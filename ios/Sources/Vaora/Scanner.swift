import Foundation
import VaoraCore

#if canImport(CoreVideo)
    import CoreVideo
#endif

/// Reads QR codes in camera frames.
///
/// Keep one for as long as the camera runs, and call it on the camera's own queue: it blocks for about a
/// millisecond where there is no code. Foundation has a `Scanner` too: write `Vaora.Scanner`.
public final class Scanner: Sendable {
    private let core = VaoraCore.Scanner()

    /// A scanner for the most central code of each frame: what a person points the camera at.
    public init() {}

    /// Looks at one frame. `nil` if there is no code in it, or not yet: what one frame leaves untried comes in
    /// the next ones.
    ///
    /// - Parameters:
    ///   - luma: the brightness of the frame, row by row. It is not copied.
    ///   - width: the pixels of a row.
    ///   - height: the rows.
    ///   - stride: the distance of rows in bytes.
    public func frame(_ luma: UnsafeRawBufferPointer, width: Int, height: Int, stride: Int) throws -> Code? {
        try core.frame(
            luma: luma.borrowed(rows: height, stride: stride),
            width: number(width), height: number(height), stride: number(stride))
    }

    /// Looks at one picture in every way there is: for pictures out of an album. Takes up to some hundred times
    /// as long as a frame.
    public func picture(_ luma: UnsafeRawBufferPointer, width: Int, height: Int, stride: Int) throws -> Code?
    {
        try core.picture(
            luma: luma.borrowed(rows: height, stride: stride),
            width: number(width), height: number(height), stride: number(stride))
    }
}

#if canImport(CoreVideo)
    extension Scanner {
        /// Looks at a frame as the camera gives it, in one of its formats with a brightness plane
        /// (`420YpCbCr8BiPlanarFullRange` or `…VideoRange`).
        public func frame(_ pixels: CVPixelBuffer) throws -> Code? {
            CVPixelBufferLockBaseAddress(pixels, .readOnly)
            defer { CVPixelBufferUnlockBaseAddress(pixels, .readOnly) }
            guard CVPixelBufferIsPlanar(pixels), let start = CVPixelBufferGetBaseAddressOfPlane(pixels, 0)
            else {
                throw VaoraError.BadCall(why: "the frame has no brightness plane")
            }
            let stride = CVPixelBufferGetBytesPerRowOfPlane(pixels, 0)
            let height = CVPixelBufferGetHeightOfPlane(pixels, 0)
            return try frame(
                UnsafeRawBufferPointer(start: start, count: stride * height),
                width: CVPixelBufferGetWidthOfPlane(pixels, 0), height: height, stride: stride)
        }
    }
#endif

extension UnsafeRawBufferPointer {
    /// The bytes of a frame for the length of a call, without copying them. A buffer that is longer than its
    /// frame is handed over as far as the frame goes, for the core counts with 31 bits.
    fileprivate func borrowed(rows: Int, stride: Int) -> Data {
        let (frame, overflow) = Swift.max(rows, 0).multipliedReportingOverflow(by: Swift.max(stride, 0))
        let count = Swift.min(self.count, overflow ? Int(Int32.max) : frame, Int(Int32.max))
        guard count > 0, let start = baseAddress else { return Data() }
        // Nobody writes to it: the core reads, and this module lets go of it when the call returns.
        return Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: count, deallocator: .none)
    }
}

private func number(_ value: Int) throws -> Int32 {
    guard let number = Int32(exactly: value) else {
        throw VaoraError.BadCall(why: "a number is out of range")
    }
    return number
}
