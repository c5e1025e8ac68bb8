"""The example of the README runs as it stands there, against a real authority's files."""

from __future__ import annotations

import functools
import http.server
import os
import pathlib
import re
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).parents[3]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *_: object) -> None:
        pass


class ReadmeTest(unittest.TestCase):
    """What people paste."""

    def test_the_example_runs(self) -> None:
        office = pathlib.Path(os.environ["VAORA_EXAMPLES"])
        [source] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
        names: dict[str, object] = {}
        exec(source, names)  # noqa: S102 - it is our own page
        serve = functools.partial(Quiet, directory=str(office / "public"))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            base = f"http://127.0.0.1:{server.server_port}/"
            root, poster = (office / "office" / "root.1").read_bytes(), (office / "poster").read_text()
            with tempfile.TemporaryDirectory() as folder:
                self.assertEqual(names["alerts"](folder, root, poster.strip(), base), [])
            server.shutdown()


if __name__ == "__main__":
    unittest.main()
