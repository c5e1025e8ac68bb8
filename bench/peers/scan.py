"""The scanner's peers, one frame at a time.

Each frame comes on standard input as a line "WIDTH HEIGHT" and then its bytes of brightness; the
answer is one line of JSON: for each peer the texts that it read and its milliseconds of processor
time, in one thread. Names and versions of the peers come first, in a line of their own.
"""

import json
import sys
import time

import cv2
import numpy
import pyzbar
import pyzbar.pyzbar
import zxingcpp

cv2.setNumThreads(1)
OPENCV = cv2.QRCodeDetector()


def zxing(frame):
    found = zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def zbar(frame):
    found = pyzbar.pyzbar.decode(frame, symbols=[pyzbar.pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode("utf-8", "replace") for code in found]


def opencv(frame):
    try:
        found, texts, *_ = OPENCV.detectAndDecodeMulti(frame)
    except cv2.error:
        return []
    return [text for text in texts if text] if found else []


PEERS = {"zxing-cpp": zxing, "zbar": zbar, "OpenCV": opencv}


def main():
    source, answers = sys.stdin.buffer, sys.stdout
    names = {
        "zxing-cpp": zxingcpp.__version__ if hasattr(zxingcpp, "__version__") else "",
        "zbar": pyzbar.__version__,
        "OpenCV": cv2.__version__,
    }
    print(json.dumps(names), flush=True)
    while head := source.readline().split():
        width, height = int(head[0]), int(head[1])
        frame = numpy.frombuffer(source.read(width * height), numpy.uint8)
        frame = frame.reshape(height, width)
        answer = {}
        for name, peer in PEERS.items():
            start = time.thread_time_ns()
            texts = peer(frame)
            answer[name] = {"texts": texts, "ms": (time.thread_time_ns() - start) / 1e6}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
