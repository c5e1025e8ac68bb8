package vn.vaora

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import com.sun.jna.Native
import java.lang.management.BufferPoolMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import vn.vaora.core.FfiConverterByRefBytes
import vn.vaora.core.VaoraException

/** Camera frames: read where they lie, and refused where they are none. */
class ScannerTest {
    private val scanner = Scanner()

    @Test
    fun `a code in a frame is read`() {
        assertEquals(Vectors.code, seen { scanner.frame(frame(), WIDTH, HEIGHT, WIDTH)?.text() })
    }

    @Test
    fun `a frame in the midst of a buffer is read from its position`() {
        // Read from the first byte, half of the code would be out of sight.
        val before = WIDTH * HEIGHT / 2
        val whole = ByteBuffer.allocateDirect(before + WIDTH * HEIGHT)
        whole.position(before)
        whole.put(frame()).position(before)
        assertEquals(Vectors.code, seen { scanner.frame(whole, WIDTH, HEIGHT, WIDTH)?.text() })
        assertEquals("the buffer is the caller's", before, whole.position())
    }

    @Test
    fun `rows may lie apart`() {
        val stride = WIDTH + 64
        val pixels = frame()
        val apart = ByteBuffer.allocateDirect(stride * HEIGHT)
        val row = ByteArray(WIDTH)
        for (y in 0 until HEIGHT) {
            pixels.position(y * WIDTH)
            pixels.get(row)
            apart.position(y * stride)
            apart.put(row)
        }
        apart.rewind()
        assertEquals(Vectors.code, seen { scanner.frame(apart, WIDTH, HEIGHT, stride)?.text() })
    }

    @Test
    fun `pixels are not copied on the way`() {
        val frame = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
        assertEquals(Native.getDirectBufferPointer(frame), FfiConverterByRefBytes.lower(frame).data)

        repeat(20) { assertNull(scanner.frame(frame, WIDTH, HEIGHT, WIDTH)) }
        val threads = ManagementFactory.getThreadMXBean() as com.sun.management.ThreadMXBean
        val pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean::class.java)
        val direct = pools.single { it.name == "direct" }
        val me = Thread.currentThread().id
        val (onHeap, beside) = threads.getThreadAllocatedBytes(me) to direct.memoryUsed
        repeat(FRAMES) { scanner.frame(frame, WIDTH, HEIGHT, WIDTH) }
        val each = (threads.getThreadAllocatedBytes(me) - onHeap) / FRAMES
        assertTrue("$each bytes a frame", each < WIDTH * HEIGHT / 100)
        assertTrue("no other buffer was made", direct.memoryUsed <= beside)
    }

    @Test
    fun `what is no frame is refused`() {
        val small = ByteBuffer.allocateDirect(64 * 64)
        assertNull(scanner.frame(small, 64, 64, 64))
        for ((width, height, stride) in listOf(
            Triple(64, 65, 64),
            Triple(64, 64, 63),
            Triple(-1, 64, 64),
            Triple(64, 64, Int.MIN_VALUE),
            Triple(1 shl 20, 1, 1 shl 20),
            Triple(Int.MAX_VALUE, Int.MAX_VALUE, Int.MAX_VALUE)
        )) {
            thrown<VaoraException.BadCall> { scanner.frame(small, width, height, stride) }
        }
        small.limit(64 * 64 - 1)
        thrown<VaoraException.BadCall> { scanner.frame(small, 64, 64, 64) }
        thrown<VaoraException.BadCall> { scanner.frame(ByteBuffer.allocateDirect(0), 64, 64, 64) }
        val heap = thrown<VaoraException.BadCall> { scanner.frame(ByteBuffer.allocate(64 * 64), 64, 64, 64) }
        assertEquals("the app called this wrongly: the frame is in no direct buffer", heap.text)
    }

    @Test
    fun `after closing it says closed`() {
        scanner.close()
        scanner.close()
        thrown<VaoraException.Closed> { scanner.frame(ByteBuffer.allocateDirect(64 * 64), 64, 64, 64) }
    }

    /** What one frame leaves untried comes in the next ones. */
    private fun seen(look: () -> String?): String? = (1..10).firstNotNullOfOrNull { look() }

    private fun frame(): ByteBuffer {
        val code = QRCodeWriter().encode(Vectors.code, BarcodeFormat.QR_CODE, WIDTH, HEIGHT)
        val pixels = ByteBuffer.allocateDirect(WIDTH * HEIGHT)
        for (y in 0 until HEIGHT) for (x in 0 until WIDTH) pixels.put(if (code.get(x, y)) 0 else WHITE)
        return pixels.apply { rewind() }
    }
}

private const val WIDTH = 1280
private const val HEIGHT = 720
private const val FRAMES = 50
private const val WHITE: Byte = -1
