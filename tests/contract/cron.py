#!/usr/bin/env python3
"""Holds heed's schedule against npm cron-parser and systemd-analyze.

cron.py HEED                 the runs that heed lists for the cases of cron.json, against those that
                             cron-parser computed when the file was made, and against the
                             systemd-analyze of this machine
cron.py HEED --with FOLDER   asks the cron-parser under FOLDER again first: it must say the same
cron.py HEED --take FOLDER   makes cron.json anew

Where no clock is set all three agree. Where one is, each goes its way, and every difference must be
one of those that `rules` tells, no further from the moment than the rule says. scripts/compare-cron
fetches cron-parser for the last two.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

sys.dont_write_bytecode = True  # no traces in the source tree
import cron_cases

here = Path(__file__).resolve().parent
record_file = here / "cron.json"
count = 20  # runs of each case
an_hour = datetime.timedelta(hours=1)

# What a difference may be, and why: all are of the hour that is left out or repeated.
rules = {
    "gap, systemd": "a fixed time that the clock is set forward over comes at the first moment after "
                    "it in heed; systemd leaves it out",
    "gap, cron-parser": "the same; cron-parser moves it on by as much as the clock is set",
    "gap, steps": "hours as */3 go with the clock in heed, as cron(8) has it for all that begin with "
                  "a star: what is left out is no run; cron-parser moves it on like a fixed time",
    "repeat, systemd": "where the hour begins with a star heed runs in both passes of an hour that is "
                       "repeated; systemd gives a time once",
    "repeat, steps": "the same; cron-parser runs twice for * alone, and once for */2",
    "repeat, midnight": "cron-parser, coming from a day without a run to one that begins with an hour that "
                        "is repeated, begins with the second pass",
    "broken hour": "cron-parser takes an hour in the midst of which the clock is set, or that it is "
                   "not set by whole hours, for one that is left out whole or comes once",
}


def text_of(moment):
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def moment_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Heed:
    """The program, with a folder of its own for one job at a time."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        (self.folder / "schedules").mkdir()
        (self.folder / "heed.toml").write_text(
            "[crm]\nurl = 'https://crm.example'\nuser = 'heed'\npassword = 'env:UNUSED'\n"
            "[mirror]\nfile = 'heed.db'\nschedules = 'schedules'\n[controller]\n"
            "establishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n[packs]\n"
            "enabled = ['eu-gdpr']\n", encoding="utf-8")

    def runs(self, zone, after, expression):
        (self.folder / "schedules" / "jobs.toml").write_text(
            f"[[job]]\nname = 'it'\ncommand = 'sync'\nat = '{expression}'\nzone = '{zone}'\n", encoding="utf-8")
        answer = subprocess.run(
            [self.program, "schedule", "--config", str(self.folder / "heed.toml"), "--after", after.replace("Z", ":00Z"),
             "--next", str(count), "--format", "json"], capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(f"'{expression}' in {zone}: {answer.stderr}")
        return [run["at"].replace(":00Z", "Z") for run in json.loads(answer.stdout)["next"]]


def systemd_runs(zone, after, expression):
    """Of several lines no more than all of them reach to."""
    found = []
    for words in cron_cases.systemd_words(zone, expression):
        answer = subprocess.run(
            ["systemd-analyze", "calendar", f"--iterations={count}",
             "--base-time=" + after.replace("T", " ").replace("Z", ":00 UTC"), words],
            capture_output=True, text=True, env={**os.environ, "TZ": "UTC", "LC_ALL": "C", "SYSTEMD_COLORS": "0"})
        lines = [line.split() for line in answer.stdout.splitlines() if "elapse:" in line or "Iter. #" in line]
        found.append([f"{words[-3]}T{words[-2][:5]}Z" for words in lines])
        if answer.returncode != 0 or len(found[-1]) != count:
            sys.exit(f"systemd-analyze does not compute {count} runs of '{words}':\n{answer.stdout}{answer.stderr}")
    end = min(runs[-1] for runs in found)
    return sorted({run for runs in found for run in runs if run <= end})


def parser_runs(cases, folder):
    """None for what it refuses: a number that a list says twice."""
    asked = [[zone, after, cron_cases.without_names(expression), count] for zone, after, expression in cases]
    answer = subprocess.run(
        ["node", str(here / "cron.js")], input=json.dumps(asked), capture_output=True, text=True,
        env={**os.environ, "NODE_PATH": str(Path(folder) / "node_modules"), "TZ": "UTC"})
    if answer.returncode != 0:
        sys.exit("cron-parser cannot be asked:\n" + answer.stderr)
    return json.loads(answer.stdout)


def is_moved(zone, expression, run, by):
    """Whether a run is a time of the expression that is `by` earlier, on the wall."""
    clock = run.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - by
    return clock.minute in cron_cases.numbers(expression, 0) and clock.hour in cron_cases.numbers(expression, 1)


def rule_of(peer, zone, expression, run, ours, clock_set):
    """The rule that a run goes by that only heed (`ours`) or only the peer has, or None."""
    at, by = clock_set
    hour = expression.split()[1]
    gap, length = by > an_hour * 0, abs(by)
    within = at <= run < at + length
    if gap and ours and run == at and hour[0] != "*":
        return "gap, " + peer
    if not gap and ours and within and hour[0] == "*":
        if peer == "systemd":
            return "repeat, systemd"
        if hour != "*":
            return "repeat, steps"
    if peer == "systemd":
        return None
    if not gap and ours and at - length <= run < at and at.astimezone(ZoneInfo(zone)).hour == 0:
        return "repeat, midnight"
    if gap and not ours and within and hour != "*" and is_moved(zone, expression, run, by):
        return "gap, steps" if hour[0] == "*" else "gap, cron-parser"
    broken = length % an_hour or at.astimezone(ZoneInfo(zone)).minute
    return "broken hour" if broken and at - an_hour <= run < at + 2 * an_hour else None


def compare(peer, case, ours, theirs, used):
    """What no rule explains, a line each."""
    zone, after, expression = case
    end = min(ours[-1], theirs[-1])
    problems = []
    for text in sorted(set(ours) ^ set(theirs)):
        if text > end:
            continue
        run, a_day = moment_of(text), datetime.timedelta(days=1)
        sets = cron_cases.clock_sets(zone, run - a_day, run + a_day)
        rule = next(filter(None, (rule_of(peer, zone, expression, run, text in ours, one) for one in sets)), None)
        used[rule] += 1
        if rule is None:
            problems.append(f"'{expression}' in {zone} after {after}: {text} is a run of "
                            + (f"heed, not of {peer}" if text in ours else f"{peer}, not of heed"))
    return problems


def check(program, record):
    problems, used, compared = [], Counter(), Counter()
    with tempfile.TemporaryDirectory() as folder:
        heed = Heed(program, folder)
        for zone, after, expression, theirs in record["cases"]:
            case = (zone, after, expression)
            problems += compare("systemd", case, heed.runs(*case), systemd_runs(*case), used)
            compared["systemd"] += 1
            if (theirs is None) != cron_cases.says_twice(expression):
                problems.append(f"'{expression}': cron-parser " + ("refuses it" if theirs is None else "takes it"))
            if theirs:
                asked = cron_cases.with_stars_as_ranges(expression)
                problems += compare("cron-parser", case, heed.runs(zone, after, asked), theirs, used)
                compared["cron-parser"] += 1
    problems += [f"the rule '{rule}' explains nothing" for rule in rules if not used[rule]]
    if compared["systemd"] < 300 or compared["cron-parser"] < 250:
        problems.append(f"only {dict(compared)} were compared")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{compared['systemd']} expressions run when systemd-analyze says, {compared['cron-parser']} when "
          f"{record['peer']} does; where clocks are set {sum(used.values())} runs differ, by the rules: {dict(used)}")


def take(folder):
    cases = [(zone, text_of(after), expression) for zone, after, expression in cron_cases.make(360)]
    version = json.loads((Path(folder) / "node_modules/cron-parser/package.json").read_text())["version"]
    lines = [json.dumps([*case, runs]) for case, runs in zip(cases, parser_runs(cases, folder))]
    return '{"peer": "cron-parser %s",\n"cases": [\n%s\n]}\n' % (version, ",\n".join(lines))


def main(program, how="", folder=""):
    if how == "--take":
        record_file.write_text(take(folder), encoding="utf-8")
    elif how == "--with" and take(folder) != record_file.read_text(encoding="utf-8"):
        sys.exit("cron-parser says otherwise than cron.json has it, or other cases are made; see what changes with "
                 "scripts/compare-cron --take")
    check(program, json.loads(record_file.read_text(encoding="utf-8")))


main(*sys.argv[1:])
