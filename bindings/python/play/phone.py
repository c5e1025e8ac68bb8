"""The phone of a story in Python: reads questions and writes answers, one JSON object a line.

``docs/stories.md`` lists the questions. This program only asks the façade and says what it answered.
"""

from __future__ import annotations

import datetime
import json
import sys
import traceback
from typing import Any

import vaora


class Phone:
    """Somebody who has a diary and answers."""

    def __init__(self) -> None:
        self.diary: vaora.Diary | None = None
        self.now: vaora.Now | None = None

    def ask(self, q: dict[str, Any]) -> dict[str, Any]:
        """Answers one question."""
        now = q["now"]
        self.now = vaora.Now(
            wall=_time(now["wall"]),
            offset_minutes=now["offset"],
            running_seconds=now["running"],
            boot=now["boot"],
        )
        verb = getattr(self, "do_" + q["do"].replace("-", "_"), None)
        if verb is None:
            return {"broken": f"no verb {q['do']}"}
        try:
            return verb(q) or {}
        except vaora.VaoraError as error:
            return {
                "error": type(error).__name__,
                "text": str(error),
                "why": getattr(error, "why", None),
            }

    def clock(self) -> vaora.Now:
        """The time of the question."""
        assert self.now is not None
        return self.now

    @property
    def open(self) -> vaora.Diary:
        """The diary, which must be open."""
        assert self.diary is not None, "the diary is not open"
        return self.diary

    # Its life

    def do_create(self, q):
        self.do_close(q)
        self.diary = vaora.Diary.create(
            q["folder"], _secret(q["matching"]), _secret(q["diary"]), self.clock
        )

    def do_open(self, q):
        self.diary = vaora.Diary.open(
            q["folder"], _key(q["matching"]), _key(q["diary"]), self.clock
        )

    def do_close(self, q):
        if self.diary is not None:
            self.diary.close()
        self.diary = None

    def do_erase(self, q):
        self.do_close(q)
        vaora.erase(q["folder"])

    def do_lock(self, q):
        self.open.lock()

    def do_unlock(self, q):
        self.open.unlock(_key(q["diary"]))

    def do_drain(self, q):
        drained = self.open.drain()
        return {"taken": drained.taken, "refused": drained.refused, "left": drained.left}

    def do_rotate(self, q):
        self.open.rotate(_secret(q["matching"]), _secret(q["diary"]))

    # At the door

    def do_scan(self, q):
        info = self.open.inspect(vaora.Code.from_text(q["code"])).info()
        named = info.venue or info.foreign
        return {
            "kind": _word(info.kind),
            "trust": info.trust and _word(info.trust),
            "name": named and named.name,
            "may-check-in": info.may_check_in,
            "text": info.text,
        }

    def place(self, q):
        scan = self.open.inspect(vaora.Code.from_text(q["code"]))
        return scan.named(q["name"], 0) if "name" in q else scan

    def do_check_in(self, q):
        return _visit(self.open.check_in(self.place(q), q.get("companions", ())))

    def do_rescan(self, q):
        met = self.open.rescan(self.place(q))
        return {"open": _open(met.open), "parent": _open(met.parent)}

    def do_check_out(self, q):
        self.open.check_out(q["visit"])

    def do_stay(self, q):
        self.open.stay(q["visit"])

    def do_badge(self, q):
        return {"shapes": self.open.badge(q["visit"])}

    # The diary

    def do_past(self, q):
        span = _time(q["from"]), _time(q["until"])
        return _visit(self.open.add_past(self.place(q), *span, q.get("companions", ())))

    def do_manual(self, q):
        span = _time(q["from"]), _time(q["until"])
        companions = q.get("companions", ())
        return _visit(self.open.add_manual(q["name"], *span, companions=companions))

    def do_show(self, q):
        visits = self.open.visits()
        return {
            "visits": [_visit(visit) for visit in visits.visits],
            "damaged": _days(visits.damaged),
            "unfinished": _days(visits.unfinished),
        }

    def do_edit(self, q):
        self.open.edit(q["visit"], _time(q["from"]), _time(q["until"]))

    def do_confirm(self, q):
        self.open.confirm(q["visit"])

    def do_companions(self, q):
        self.open.set_companions(q["visit"], q.get("companions", ()))

    def do_note(self, q):
        self.open.note(q["visit"], q["text"])

    def do_hide(self, q):
        self.open.hide(q["visit"])

    def do_forget(self, q):
        self.open.forget(q["visit"])

    def do_forget_before(self, q):
        self.open.forget_before(datetime.date.fromisoformat(q["day"]))

    def do_drop_day(self, q):
        self.open.drop_day(datetime.date.fromisoformat(q["day"]))

    def do_add_companion(self, q):
        return {"id": self.open.add_companion(q["name"])}

    def do_remove_companion(self, q):
        self.open.remove_companion(q["companion"])

    def do_retention(self, q):
        self.open.set_retention(q["days"])

    def do_export(self, q):
        export = self.open.export(q["passphrase"])
        return {
            "file": export.bytes().hex(),
            "visits": export.visits(),
            "missing": _days(export.missing()),
        }

    def do_import(self, q):
        return {"added": self.open.import_from(bytes.fromhex(q["file"]), q["passphrase"])}

    def do_due(self, q):
        due = self.open.due()
        notices = [
            {"kind": _word(n.kind), "advice": n.advice, "day": n.day.isoformat()}
            for n in due.notices
        ]
        return {
            "leave": due.leave,
            "closed": due.closed,
            "expired": _days(due.expired),
            "rotate": due.rotate,
            "next": due.next and _unix(due.next),
            "notices": notices,
        }

    def do_witness(self, q):
        self.open.witness(_time(q["signed"]))

    def do_clock(self, q):
        return {"wrong": self.open.clock_seems_wrong()}

    # Lists and warnings

    def do_follow(self, q):
        return {"deployment": self.open.follow(bytes.fromhex(q["root"]))}

    def do_unfollow(self, q):
        self.open.unfollow(q["deployment"])

    def do_sync(self, q):
        options = vaora.SyncOptions(first_wait_seconds=0)
        report = self.open.sync(q["deployment"], q["base"], options)
        return {"new": report.is_new, "sequence": report.sequence}

    def do_freshness(self, q):
        return {
            "lists": [
                {
                    "deployment": f.deployment,
                    "created": f.created and _unix(f.created),
                    "stale": f.is_stale,
                    "clock-wrong": f.clock_seems_wrong,
                }
                for f in self.open.freshness()
            ]
        }

    def do_area(self, q):
        states = self.open.policy(q["area"])
        return {
            "states": [
                {"deployment": s.deployment, "state": _word(s.state), "document": s.document}
                for s in states
            ]
        }

    def do_alerts(self, q):
        return {
            "alerts": [
                {
                    "id": a.id,
                    "deployment": a.deployment,
                    "state": _word(a.state),
                    "corrected": a.corrected,
                    "day": a.day.isoformat(),
                    "advice": a.advice,
                    "place": a.place and a.place.name,
                    "visits": a.visits,
                }
                for a in self.open.alerts()
            ]
        }

    def do_explain(self, q):
        return {
            "reasons": [
                {
                    "visit": r.visit,
                    "from": _unix(r.start),
                    "until": _unix(r.until),
                    "advice": r.advice,
                    "minutes": r.minutes,
                    "minimum": r.minimum,
                    "margin": r.margin,
                }
                for r in self.open.explain(q["alert"])
            ]
        }

    def do_seen(self, q):
        self.open.seen(q["alert"])

    def do_acknowledge(self, q):
        self.open.acknowledge(q["alert"])

    def do_advice(self, q):
        text = self.open.advice(q["deployment"], q["advice"], q["language"])
        return {"language": text.language, "title": text.title} if text else {"title": None}


    # Sharing

    def do_share(self, q):
        preview = self.open.share_preview(q["deployment"], q["visits"], q["named"])
        shown = [
            {
                "place": v.name,
                "from": _unix(v.start),
                "until": _unix(v.until),
                "companions": v.companions,
                "names": v.names,
            }
            for v in preview.visits()
        ]
        return self.send(self.open.share(preview.agree(), q["code"]), q, shown)

    def do_share_again(self, q):
        return self.send(self.open.share_again(), q, [])

    def do_cover(self, q):
        return self.send(self.open.share_cover(q["deployment"]), q, [])

    def send(self, upload, q, shown):
        receipt = self.open.send(upload, q["base"], vaora.SyncOptions(first_wait_seconds=0))
        return {"count": receipt.visits, "shown": shown} if receipt else {}

    def do_abandon(self, q):
        self.open.share_abandon()

    def do_pending(self, q):
        pending = self.open.share_pending()
        return {"count": pending and pending.visits}

    def do_receipts(self, q):
        return {"receipts": [{"count": receipt.visits} for receipt in self.open.receipts()]}


def _visit(visit):
    out = visit.out
    until = out.due if isinstance(out, vaora.Out.OPEN) else out.at
    place = visit.place
    return {
        "id": visit.id,
        "place": place and place.name,
        "trust": place and _word(place.trust),
        "from": _unix(visit.start),
        "out": type(out).__name__.split(".")[-1].lower(),
        "until": _unix(until),
        "origin": _word(visit.origin),
        "clock": _word(visit.clock),
        "companions": visit.companions,
        "note": visit.note,
    }


def _open(met):
    return met and {"id": met.id, "since": _unix(met.since)}


def _word(value):
    return value.name.lower().replace("_", "-")


def _time(unix):
    return datetime.datetime.fromtimestamp(unix, datetime.timezone.utc)


def _unix(time):
    return int(time.timestamp())


def _days(days):
    return [day.isoformat() for day in days]


def _secret(text):
    return vaora.Secret(bytes.fromhex(text), b"")


def _key(state):
    if state == "locked":
        return vaora.KeyState.LOCKED()
    if state == "gone":
        return vaora.KeyState.GONE()
    return vaora.KeyState.READY([_secret(text) for text in state])


def main() -> None:
    """Answers until there are no more questions."""
    phone = Phone()
    for line in sys.stdin:
        try:
            answer = phone.ask(json.loads(line))
        except Exception:  # noqa: BLE001 - whatever it was, the story has failed and says why
            answer = {"broken": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
