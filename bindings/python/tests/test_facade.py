"""The façade in Python: its errors, its bounds, and what a guest may do wrongly."""

from __future__ import annotations

import datetime
import tempfile
import threading
import unittest

import vaora


class FacadeTest(unittest.TestCase):
    """One diary in a folder of its own."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.keys = vaora.Keys.make()
        self.diary = vaora.Diary.create(self.folder.name, self.keys.matching, self.keys.diary)

    def tearDown(self) -> None:
        self.diary.close()
        self.folder.cleanup()

    def manual(self) -> vaora.Visit:
        end = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        return self.diary.add_manual("Chợ Xanh", end - datetime.timedelta(hours=1), end)

    def test_a_visit_stays(self) -> None:
        visit = self.manual()
        self.diary.close()
        with vaora.Diary.open(self.folder.name, self.keys.matching, self.keys.diary) as again:
            [found] = again.visits().visits
            self.assertEqual(found, visit)
            self.assertEqual(found.place.name, "Chợ Xanh")

    def test_errors_print_their_text(self) -> None:
        with self.assertRaises(vaora.VaoraError.NoVisit) as caught:
            self.diary.check_out(7)
        self.assertEqual(str(caught.exception), "there is no such visit")
        with self.assertRaises(vaora.VaoraError.Untrusted) as caught:
            self.diary.follow(b"no root")
        self.assertIn("did not sign this", str(caught.exception))
        with self.assertRaises(vaora.VaoraError.AlreadyExists):
            vaora.Diary.create(self.folder.name, self.keys.matching, self.keys.diary)
        self.diary.close()
        for state, error in [
            (vaora.KeyState.LOCKED(), vaora.VaoraError.Locked),
            (vaora.KeyState.GONE(), vaora.VaoraError.KeyGone),
            (vaora.Keys.make().matching, vaora.VaoraError.WrongKey),
        ]:
            with self.assertRaises(error):
                vaora.Diary.open(self.folder.name, state, self.keys.diary)

    def test_after_closing_everything_says_closed(self) -> None:
        self.diary.close()
        self.diary.close()
        for call in [self.diary.visits, self.diary.alerts, self.diary.due, self.manual]:
            with self.assertRaises(vaora.VaoraError.Closed):
                call()

    def test_a_second_opening_is_refused(self) -> None:
        with self.assertRaises(vaora.VaoraError.InUse):
            vaora.Diary.open(self.folder.name, self.keys.matching, self.keys.diary)

    def test_bad_calls_end_in_exceptions(self) -> None:
        scanner = vaora.Scanner()
        frame = bytes(64 * 64)
        self.assertIsNone(scanner.frame(frame, 64, 64, 64))
        for width, height, stride in [(64, 65, 64), (64, 64, 63), (-1, 64, 64), (1 << 20, 1, 1 << 20)]:
            with self.assertRaises(vaora.VaoraError.BadCall):
                scanner.frame(frame, width, height, stride)
        huge = "x" * 5_000_000
        self.assertEqual(self.diary.inspect(vaora.Code.from_text(huge)).info().kind, vaora.Kind.TEXT)
        with self.assertRaises(vaora.VaoraError.BadText):
            self.diary.note(self.manual().id, huge)
        with self.assertRaises(vaora.VaoraError.BadCall):
            vaora.Secret(b"short", b"")
        with self.assertRaises(vaora.VaoraError.BadCall):
            self.diary.sync("not hexadecimal", "https://a.example/")
        with self.assertRaises(vaora.VaoraError.NotAnExport):
            self.diary.import_from(b"", "a good passphrase")

    def test_an_answer_for_what_is_no_venue(self) -> None:
        scan = self.diary.inspect(vaora.Code.from_text("https://a.example/"))
        self.assertEqual(scan.info().kind, vaora.Kind.URL)
        with self.assertRaises(vaora.VaoraError.NotAVenueCode):
            self.diary.check_in(scan)

    def test_secrets_are_in_no_text(self) -> None:
        secret = vaora.Secret(b"s" * 32, b"alias")
        self.assertNotIn("ssss", repr(secret) + str(secret) + repr(vaora.KeyState.READY([secret])))

    def test_threads_share_a_diary(self) -> None:
        def visit() -> None:
            for _ in range(20):
                self.manual()

        threads = [threading.Thread(target=visit) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.diary.visits().visits), 80)

    def test_every_public_item_says_what_it_is(self) -> None:
        for name in vaora.__all__:
            item = getattr(vaora, name)
            if item is vaora.InternalError:
                continue  # UniFFI's own: a defect in the core, which ends no process
            if callable(item) and getattr(item, "__module__", "").startswith("vaora"):
                self.assertTrue(item.__doc__, name)


if __name__ == "__main__":
    unittest.main()
