#!/usr/bin/env python3
"""Holds the shipped calendars against npm date-holidays.

holidays.py                  that the calendars are those that holidays.json was made with, and that
                             every difference in it is one and has its reason
holidays.py --with FOLDER    asks the date-holidays under FOLDER again: every difference must stand in
                             holidays.json, and every one there must be a difference
holidays.py --take FOLDER    the same, and writes holidays.json anew; a new difference gets no reason,
                             which somebody must add

A Sunday is a day off in every pack, so what differs on one is none. Needs no more than Python for
the first; scripts/compare-holidays fetches date-holidays for the other two.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

here = Path(__file__).resolve().parent
calendars_folder = here.parent.parent / "schedules" / "calendars"
record_file = here / "holidays.json"

# What date-holidays calls the place, where it is not the calendar's id.
peers = {
    "EL": ["GR"], "GB-EAW": ["GB", "ENG"], "GB-SCT": ["GB", "SCT"], "GB-NIR": ["GB", "NIR"],
    "AU-NSW": ["AU", "NSW"], "CA-FED": ["CA"], "CA-ON": ["CA", "ON"], "CA-QC": ["CA", "QC"],
    "CH-ZH": ["CH", "ZH"], "US-FED": ["US"], "US-FED-PUBLIC": ["US"], "US-CA-GOV6700": ["US", "CA"],
}


def read_calendars():
    calendars = {}
    for file in sorted(calendars_folder.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        years = sorted(year for each in table["coverage"] for year in each["years"])
        days = {str(day): name for day, name in table["holidays"].items()}
        calendars[table["id"]] = {"years": years, "days": days}
    return calendars


def digest(calendar):
    text = " ".join(map(str, calendar["years"])) + "\n" + "\n".join(sorted(calendar["days"]))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_sunday(day):
    return datetime.date.fromisoformat(day).weekday() == 6


def ask_peer(calendars, folder):
    asked = {id: {"peer": peers.get(id, [id]), "years": calendar["years"]}
             for id, calendar in calendars.items()}
    # Some of its days are moments: they are to be the same wherever this runs.
    answer = subprocess.run(
        ["node", str(here / "holidays.js")], input=json.dumps(asked), capture_output=True, text=True,
        env={**os.environ, "NODE_PATH": str(Path(folder) / "node_modules"), "TZ": "UTC"})
    if answer.returncode != 0:
        sys.exit("date-holidays cannot be asked:\n" + answer.stderr)
    return json.loads(answer.stdout)


def differences(calendars, said):
    found = []
    for id, calendar in calendars.items():
        for day in sorted(set(calendar["days"]) ^ set(said[id])):
            ours = day in calendar["days"]
            name = calendar["days"][day] if ours else said[id][day]
            if not is_sunday(day):
                found.append([id, day, "heed" if ours else "peer", name])
    return found


def version_in(folder):
    return json.loads((Path(folder) / "node_modules/date-holidays/package.json").read_text())["version"]


def check_record(calendars, record):
    problems = []
    for id, calendar in calendars.items():
        if record["compared"].get(id) != digest(calendar):
            problems.append(f"{id} is not the calendar that was compared; run scripts/compare-holidays")
    for id in set(record["compared"]) - set(calendars):
        problems.append(f"{id} was compared and is gone; run scripts/compare-holidays")
    for id, day, only, name, reason in record["differences"]:
        what = f"{id} {day} ({name})"
        if not record["reasons"].get(reason):
            problems.append(f"{what}: '{reason}' is no reason; say in holidays.json why it differs")
        if id in calendars and (day in calendars[id]["days"]) != (only == "heed"):
            problems.append(f"{what}: is said to be in {only} alone, and is not")
    used = {each[4] for each in record["differences"]}
    problems += [f"reason '{one}' explains nothing" for one in record["reasons"] if one not in used]
    return problems


def compare(calendars, record, found):
    written = {tuple(each[:3]) for each in record["differences"]}
    seen = {tuple(each[:3]) for each in found}
    return ([f"{' '.join(each)} is new" for each in sorted(seen - written)] +
            [f"{' '.join(each)} is no difference any more" for each in sorted(written - seen)])


def write_record(calendars, record, found, version):
    reasons = {tuple(each[:3]): each[4] for each in record["differences"]}
    lines = [json.dumps(each + [reasons.get(tuple(each[:3]), "")], ensure_ascii=False) for each in found]
    parts = [json.dumps(record["reasons"], indent=1, ensure_ascii=False),
             json.dumps({id: digest(each) for id, each in calendars.items()}, indent=1),
             "[\n" + ",\n".join(lines) + "\n]"]
    record_file.write_text(
        '{"peer": "date-holidays %s",\n"reasons": %s,\n"compared": %s,\n"differences": %s}\n'
        % (version, *parts), encoding="utf-8")


def main(arguments):
    calendars = read_calendars()
    record = {"reasons": {}, "compared": {}, "differences": []}
    if record_file.exists():
        record = json.loads(record_file.read_text(encoding="utf-8"))
    problems = []
    if arguments:
        found = differences(calendars, ask_peer(calendars, arguments[1]))
        problems = compare(calendars, record, found)
        if arguments[0] == "--take":
            write_record(calendars, record, found, version_in(arguments[1]))
            record = json.loads(record_file.read_text(encoding="utf-8"))
    problems += check_record(calendars, record)
    if problems:
        sys.exit("\n".join(problems))
    days = sum(len(each["days"]) for each in calendars.values())
    asked = "compared" if arguments else "are as they were when compared"
    print(f"{days} days of {len(calendars)} calendars {asked} with {record['peer']}: "
          f"{len(record['differences'])} differences, each with its reason")


main(sys.argv[1:])
