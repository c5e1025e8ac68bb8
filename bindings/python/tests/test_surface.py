"""The whole surface as text: every change of it is a line in a diff of ``tests/surface.txt``.

``VAORA_WRITE_SURFACE=1 ./vaora test python`` writes the file anew.
"""

from __future__ import annotations

import os
import pathlib
import re
import unittest

from vaora import vaora_ffi

FILE = pathlib.Path(__file__).parents[3] / "tests" / "surface.txt"


def surface() -> str:
    """Every exported item with its members, in the words of the generated Python."""
    source = pathlib.Path(vaora_ffi.__file__).read_text(encoding="utf-8")
    lines: list[str] = []
    exported = set(vaora_ffi.__all__)
    item = None
    for line in source.splitlines():
        name = re.match(r"(?:class|def) (\w+)", line)
        if name:
            item = name[1] if name[1] in exported and not name[1].endswith("Protocol") else None
            if item:
                lines.append(line.strip().removesuffix(":"))
            continue
        fields = re.match(r"    def __init__\(self, \*, (.+)\):", line)
        member = re.match(r"    (def (?!_)\w+\(.*|[A-Z][A-Z_0-9]* = \d+|class \w+).*", line)
        nested = re.match(r"        def __init__\(self, (\w.*)\):", line)
        if item and fields:
            lines += ["    " + field for field in fields[1].split(", ")]
        elif item and member:
            lines.append("    " + member[1].removesuffix(":"))
        elif item and nested:
            lines.append("        " + nested[1])
    return "\n".join(lines) + "\n"


class SurfaceTest(unittest.TestCase):
    """The snapshot."""

    def test_the_surface_is_the_one_that_was_agreed(self) -> None:
        now = surface()
        if os.environ.get("VAORA_WRITE_SURFACE"):
            FILE.write_text(now, encoding="utf-8")
        self.maxDiff = None
        self.assertEqual(FILE.read_text(encoding="utf-8"), now)


if __name__ == "__main__":
    unittest.main()
