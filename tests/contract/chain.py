"""The ledger's chain, reckoned by the words of include/heed/ledger.hpp alone.

    chain.py HEED SIMULATOR

The heed program mirrors a simulated CRM, judges it, is told what was done, and forgets somebody.
Then every event's bytes are put together from the file and hashed, every hash is sealed, and every
text and the recorded head are looked at, by Python's hashlib.
"""

import csv
import hashlib
import hmac
import os
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

FIELDS = ("number at kind cause duty subject wish change pack version rule state start due "
          "old_start old_due day author reason proof").split()

EVENTS = """
SELECT e.number, e.at, e.kind, e.cause, e.duty, s.handle,
  iif(e.rule IS NULL, NULL, r.object || '.' || r.field), iif(e.rule IS NULL, NULL, d.change),
  r.pack, r.version, r.rule, e.state, e.start, e.due, e.old_start, e.old_due, e.day,
  lower(hex(e.author)), iif(e.reason IS NULL, NULL, lower(hex(e.reason))),
  iif(e.proof IS NULL, NULL, lower(hex(e.proof))), lower(hex(e.hash)), lower(hex(e.seal))
FROM heed_event e LEFT JOIN heed_duty d ON d.number = e.duty
LEFT JOIN heed_rule r ON r.number = e.rule
LEFT JOIN heed_subject s ON s.number = coalesce(e.subject, d.subject) ORDER BY e.number"""


def expect(truth, what):
    if not truth:
        sys.exit("chain.py: " + what)


def sealed(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def written(values, key_name, previous):
    lines = ["heed-event 1"]
    for name, value in list(zip(FIELDS, values)) + [("key", key_name), ("previous", previous)]:
        if value is None:
            lines.append(name + " -")
        else:
            text = str(value)
            lines.append("%s %d %s" % (name, len(text.encode()), text))
    return "\n".join(lines) + "\n"


def walk(database, key):
    """Returns how many events there are, of which kinds, and the hash of the last."""
    key_name, previous, kinds, count = sealed(key, "heed ledger key")[:16], "", set(), 0
    for row in database.execute(EVENTS):
        count += 1
        expect(row[0] == count, "event %d is numbered %d" % (count, row[0]))
        values, digest, seal = row[:-2], row[-2], row[-1]
        reckoned = hashlib.sha256(written(values, key_name, previous).encode()).hexdigest()
        expect(reckoned == digest, "event %d has another hash" % count)
        expect(seal == key_name + sealed(key, digest), "event %d has another seal" % count)
        previous = digest
        kinds.add(row[2])
    return count, kinds, previous


def texts(database):
    """Every text has the digest that it lies under, and is filed as its salt says."""
    held = 0
    for digest, salt, text, event in database.execute("SELECT hash, salt, text, event FROM heed_text"):
        expect(hashlib.sha256((salt + text).encode()).digest() == digest, "a text has another digest")
        expect(salt.startswith("-:" if event is None else "%d:" % event), "a text is filed wrongly")
        held += 1
    expect(held > 2, "there are no texts")


def live(heed, url, folder):
    with open(os.path.join(folder, "heed.toml"), "w", encoding="utf-8") as out:
        out.write("""
            [crm]
            url = "%s"
            user = "heed@example.org"
            password = "env:PASSWORD"
            [mirror]
            file = "heed.db"
            [controller]
            establishments = ["DE"]
            zone = "Europe/Berlin"
            calendar = "DE"
            [packs]
            enabled = ["eu-gdpr", "us-ca-ccpa"]
            """ % url)

    def run(*command, code=(0,)):
        done = subprocess.run([os.path.abspath(heed), *command], cwd=folder, text=True,
                              env={**os.environ, "PASSWORD": "open sesame", "USER": "tester"},
                              capture_output=True, check=False)
        expect(done.returncode in code, "heed %s ended with %d: %s" %
               (" ".join(command), done.returncode, done.stderr))
        return done.stdout

    run("sync", code=(0, 8))
    wishes = "\n".join("Individual %d asks for export" % (number + 1) for number in range(9))
    urllib.request.urlopen(url + "/control", wishes.encode()).read()
    run("sync", code=(0, 8))
    head, *lines = csv.reader(run("due", "--format", "csv", code=(0, 8)).splitlines())
    rows = [dict(zip(head, line)) for line in lines]
    asked = [row for row in rows if row["rule"] == "request.respond" and row["overdue"] == "false"
             and row["preference"] == "export"]
    expect(len(asked) > 5, "hardly anything is owed")
    for row, command in zip(asked, ("note", "acknowledge", "refuse", "extend")):
        run(command, row["duty"], "--by", "Zoë", "--reason", "as told: ünü")
    run("done", asked[4]["duty"], "--by", "Zoë", "--evidence", "a letter")
    person = asked[5]["record_id"]
    records = run("forget", person, "--dry-run").split(" record")[0].split()[-1]
    run("forget", person, "--confirm", records, "--by", "Zoë", "--reason", "she asked", code=(0, 8))


def main(heed, simulator):
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [simulator, "--individuals", "300", "--user", "heed@example.org", "--password",
             "env:PASSWORD"], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PASSWORD": "open sesame"})
        try:
            url = server.stdout.readline().strip().split("/services/")[0]
            expect(url, "the simulator does not start")
            live(heed, url, folder)
        finally:
            server.terminate()
            server.wait()
        with open(os.path.join(folder, "heed.db.key"), encoding="utf-8") as file:
            key = file.read().strip().encode()
        database = sqlite3.connect(os.path.join(folder, "heed.db"))
        count, kinds, last = walk(database, key)
        texts(database)
        missing = {"opened", "noted", "acknowledged", "met", "refused", "extended", "erased"} - kinds
        expect(not missing, "no event is %s" % ", ".join(missing))
        with open(os.path.join(folder, "heed.db.head"), encoding="utf-8") as file:
            recorded = "heed-ledger-head 1 %d %s" % (count, last)
            name, seal = sealed(key, "heed ledger key")[:16], sealed(key, recorded)
            expect(file.read().split() == [*recorded.split(), name, seal], "another head is recorded")
        print("%d events are what the description says" % count)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: chain.py HEED SIMULATOR")
    main(*sys.argv[1:])
