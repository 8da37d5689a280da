#!/usr/bin/env python3
"""Switches off door badges, and hands over room bookings: two actions of one program."""

import json
import os
import sqlite3
import sys


def badges(db, request):
    """The badge that is asked about, or all badges of the person."""
    if "account" in request:
        return db.execute("SELECT id, login, active FROM badge WHERE id = ?", [request["account"]["id"]]).fetchall()
    logins = [request["person"].get("login", "")] + request["person"].get("accounts", [])
    marks = ",".join("?" * len(logins))
    return db.execute(f"SELECT id, login, active FROM badge WHERE login IN ({marks}) ORDER BY id", logins).fetchall()


def check(db, request):
    found, items = badges(db, request), []
    for id, login, active in found:
        if request["action"] == "badge" and active:
            items.append({"id": "open", "account": id, "label": f"the badge {id} opens doors"})
        if request["action"] == "bookings":
            for booking, room in db.execute("SELECT id, room FROM booking WHERE badge = ? ORDER BY id", [id]):
                items.append({"id": booking, "account": id, "label": f"the booking of {room}"})
    return {
        "accounts": [{"id": id, "login": login} for id, login, _ in found],
        "items": items,
        "searched": "badges with the logins of the person",
    }


def do(db, request):
    account = request["account"]["id"]
    for item in request["items"]:
        if request["action"] == "badge":
            db.execute("UPDATE badge SET active = 0 WHERE id = ? AND active = 1", [account])
        else:
            heir = badges(db, {"person": request["heirs"][item["id"]]})
            if not heir:
                raise ValueError("who gets the booking has no badge: give them one")
            db.execute("UPDATE booking SET badge = ? WHERE id = ? AND badge = ?", [heir[0][0], item["id"], account])
    return {"evidence": f"{db.total_changes} rows changed"}


def undo(db, request):  # only the action badge has one
    db.execute("UPDATE badge SET active = 1 WHERE id = ? AND active = 0", [request["account"]["id"]])
    return {"evidence": f"{db.total_changes} rows changed"}


def list_all(db, request):
    after = request.get("page", "")
    rows = db.execute("SELECT id, login, mail, active FROM badge WHERE id > ? ORDER BY id LIMIT 100", [after]).fetchall()
    return {
        "accounts": [{"id": id, "login": login, "mail": mail, "enabled": bool(active)} for id, login, mail, active in rows],
        "next": rows[-1][0] if len(rows) == 100 else "",
    }


def answer(request):
    if request["version"] != 1:
        return {"class": "final", "error": "this program speaks version 1"}
    try:
        # mode=rw: a file that is not there is an error, never an empty database.
        db = sqlite3.connect(f"file:{os.environ['BADGES']}?mode=rw", uri=True, timeout=5)
        with db:  # all of it is written, or nothing is
            verbs = {"check": check, "do": do, "undo": undo, "list": list_all}
            return {"class": "ok", **verbs[request["verb"]](db, request)}
    except sqlite3.OperationalError as error:
        return {"class": "again", "error": f"the database of the badges: {error}"}
    except ValueError as error:
        return {"class": "final", "error": str(error)}


json.dump({"version": 1, **answer(json.load(sys.stdin))}, sys.stdout)
