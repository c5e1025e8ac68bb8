package vn.vaora

import java.nio.ByteBuffer
import vn.vaora.core.Code
import vn.vaora.core.Scanner as CoreScanner
import vn.vaora.core.VaoraException

/**
 * Reads QR codes in camera frames. Keep one for as long as the camera runs, on the camera's own thread; a frame costs
 * about a millisecond where there is no code, and none of its pixels is copied.
 */
public class Scanner : AutoCloseable {
    private val core = CoreScanner()

    /**
     * Looks at one frame for the most central code: what a person points the camera at. Null if there is none, or not
     * yet: what one frame leaves untried comes in the next ones.
     *
     * [luma] is the brightness plane from its position to its limit, in a direct buffer as cameras give it; [stride] is
     * the distance of rows in bytes. Throws [VaoraException.BadCall] if that is no frame, or the buffer is on the heap.
     */
    public fun frame(luma: ByteBuffer, width: Int, height: Int, stride: Int): Code? =
        look { core.frame(direct(luma), width, height, stride) }

    /**
     * Looks at one picture in every way there is: for pictures out of an album. It takes up to some hundred times as
     * long as a frame, so keep it off the main thread.
     */
    public fun picture(luma: ByteBuffer, width: Int, height: Int, stride: Int): Code? =
        look { core.picture(direct(luma), width, height, stride) }

    /** Lets go of its memory; every later frame throws [VaoraException.Closed]. */
    override fun close() {
        core.close()
    }

    private fun look(look: () -> Code?): Code? {
        if (core.uniffiIsDestroyed) throw VaoraException.Closed()
        return try {
            look()
        } catch (_: IllegalStateException) {
            // It was closed between the question above and the call.
            throw VaoraException.Closed()
        }
    }

    /** The core is told the address of a buffer's first byte, whatever its position is. */
    private fun direct(luma: ByteBuffer): ByteBuffer {
        if (!luma.isDirect) throw VaoraException.BadCall("the frame is in no direct buffer")
        return luma.slice()
    }
}
