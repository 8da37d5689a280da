#!/usr/bin/env python3
"""Hands over scheduled jobs, from a list that the schedulers share: $JOBS, as JSON."""

import fcntl
import json
import os
import sys


def accounts(jobs, request):
    """Who is asked about: one account, or all of the person's that the list knows."""
    if "account" in request:
        logins = [request["account"]["id"]]
    else:
        logins = [request["person"].get("login", "")] + request["person"].get("accounts", [])
    return [login for login in logins if login in jobs["people"]]


def check(jobs, request):
    mine = accounts(jobs, request)
    return {
        "accounts": [{"id": login, "login": login} for login in mine],
        "items": [
            # "then": who owned the job knows what it signs in with.
            {"id": id, "account": job["owner"], "label": f"the job {id} on {job['host']}", "then": "secret" in job}
            for id, job in jobs["jobs"].items()
            if job["owner"] in mine
        ],
        "searched": "jobs of the logins of the person",
    }


def do(jobs, request):
    for item in request["items"]:
        job = jobs["jobs"].get(item["id"])
        if not job or job["owner"] != request["account"]["id"]:
            continue  # it is gone, or somebody else's by now
        heir = request["heirs"].get(item["id"])
        known = accounts(jobs, {"person": heir}) if heir else []
        if not known:
            raise ValueError("nobody whom the schedulers know was named for " + item["label"])
        job["owner"] = known[0]
    return {"evidence": "the list of jobs was written"}


def list_all(jobs, request):
    return {"accounts": [{"id": login, "login": login, "enabled": True, "mail": login + "@x.example"} for login in jobs["people"]], "next": ""}


def answer(request):
    if request["version"] != 1:
        return {"class": "final", "error": "this program speaks version 1"}
    path = os.environ["JOBS"]
    try:
        with open(os.path.dirname(path) + "/.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be at work for another case
            with open(path) as file:
                jobs = json.load(file)
            done = {"check": check, "do": do, "list": list_all}[request["verb"]](jobs, request)
            if request["verb"] == "do":
                with open(path + ".new", "w") as file:
                    json.dump(jobs, file, indent=1)
                os.replace(path + ".new", path)  # all of it is written, or nothing is
        return {"class": "ok", **done}
    except OSError as error:
        return {"class": "again", "error": f"the list of jobs: {error}"}
    except ValueError as error:
        return {"class": "final", "error": str(error)}


json.dump({"version": 1, **answer(json.load(sys.stdin))}, sys.stdout)
