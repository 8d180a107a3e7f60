"""The example units for systemd run what jobs.toml names, from where heed is installed.

    units.py BUILD SIMULATOR

Installs heed from its build folder BUILD, as README says, and puts the units where systemd looks for
them. systemd-analyze finds nothing to say about them; without the program it does. The commands that
they start do what the units promise: the sync mirrors, the report goes to its file and not to the
journal, and its exit code tells that something is overdue.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from limited import Heed, crm, expect

UNITS = "etc/systemd/system"


def install(build, root):
    """heed and its units below `root`, with the targets that units of Debian's refer to."""
    subprocess.run(["cmake", "--install", build, "--prefix", "/usr/local"], check=True,
                   env={"DESTDIR": root, "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL)
    shutil.copytree("/lib/systemd/system", os.path.join(root, "lib/systemd/system"), symlinks=True)
    os.makedirs(os.path.join(root, UNITS))
    shipped = os.path.join(root, "usr/local/share/doc/heed")
    units = [name for name in os.listdir(shipped) if name.endswith((".service", ".timer"))]
    for name in units:
        shutil.copy(os.path.join(shipped, name), os.path.join(root, UNITS))
    return sorted(units)


def judged(root, units):
    """What systemd-analyze says about the units, and whether it is content."""
    process = subprocess.run(["systemd-analyze", "verify", "--root=" + root, *units],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    ours = [line for line in process.stdout.splitlines() if "heed" in line]
    return process.returncode == 0 and not ours, process.stdout


def value(root, unit, key):
    with open(os.path.join(root, UNITS, unit), encoding="utf-8") as text:
        found = [line.split("=", 1)[1].strip() for line in text if line.startswith(key + "=")]
    expect(len(found) == 1, "%s has %d lines of %s=" % (unit, len(found), key))
    return found[0]


def started(root, units, folder):
    """Unit -> the words after "heed" that it starts, with `folder` in the place of its own."""
    commands = {}
    for unit in units:
        if unit.endswith(".timer"):
            continue
        line = value(root, unit, "ExecStart")
        expect(line.startswith("heed --config /etc/heed/heed.toml "), unit + " starts " + line)
        words = line.replace("/var/lib/heed", folder).split()[3:]
        commands[unit.removesuffix(".service")] = words
        expect(unit.replace(".service", ".timer") in units, unit + " has no timer")
    return commands


def run_all(heed, folder, commands):
    code, said = heed(*commands["heed-sync"])
    expect(code == 0 and "Read up to" in said, "heed-sync ended with %d: %s" % (code, said))
    code, said = heed(*commands["heed-due"])
    expect(code == 1 and not said, "heed-due ended with %d and said: %s" % (code, said))
    with open(os.path.join(folder, "due.csv"), encoding="utf-8") as report:
        expect(len(report.readlines()) > 2, "the report is empty")


def main(build, simulator):
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as folder:
        units = install(build, root)
        content, said = judged(root, units)
        expect(content, "systemd-analyze says: " + said)
        commands = started(root, units, folder)
        program = os.path.join(root, "usr/local/bin/heed")
        with crm(simulator, folder):
            heed = Heed(program, folder)
            jobs = json.loads(heed("schedule", "--format", "json")[1])["jobs"]
            for job in jobs:
                words = job["command"].split()
                expect(any(each[:len(words)] == words for each in commands.values()),
                       "no unit runs heed " + job["command"])
            expect(len(jobs) == len(commands), "a unit runs what is no job")
            run_all(heed, folder, commands)
        os.remove(program)
        expect(not judged(root, units)[0], "systemd-analyze does not miss the program")
    print("%d units run what jobs.toml names" % len(units))


if __name__ == "__main__":
    main(*sys.argv[1:])
