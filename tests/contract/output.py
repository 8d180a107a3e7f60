"""What cannot be written to standard output is told, and is no success.

    output.py HEED SIMULATOR

Runs the heed program with a standard output that takes nothing: a full disk's, and none at all. The
reader of a pipe that has read enough is no such thing.
"""

import os
import subprocess
import sys
import tempfile

from limited import crm, expect


class Heed:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), folder

    def __call__(self, *command, out=subprocess.DEVNULL, closed=()):
        """The exit code and what was said on standard error; the descriptors `closed` are none."""
        def close():
            for descriptor in closed:
                os.close(descriptor)
        process = subprocess.run(
            [self.program, *command], env={"PASSWORD": "word", "USER": "tester"},
            cwd=self.folder, stdout=out, stderr=subprocess.PIPE, text=True, preexec_fn=close,
            check=False)
        return process.returncode, process.stderr


REPORTS = [("due",), ("people", "--format", "json"), ("people", "--format", "csv"), ("status",),
           ("verify", "--offline"), ("help",), ("--version",)]


def takes_nothing(heed):
    for words in REPORTS:
        what = " ".join(words)
        with open("/dev/full", "w", encoding="utf-8") as full:
            code, said = heed(*words, out=full)
        expect(code == 7, "%s on a full disk ended with %d: %s" % (what, code, said))
        expect("standard output" in said and "No space left on device" in said,
               "%s on a full disk said: %s" % (what, said))
        code, said = heed(*words, closed=(1,))
        expect(code == 7, "%s without an output ended with %d: %s" % (what, code, said))
        expect("standard output" in said and "Bad file descriptor" in said,
               "%s without an output said: %s" % (what, said))
    # What failed for another reason goes on saying so.
    with open("/dev/full", "w", encoding="utf-8") as full:
        code, said = heed("due", "--frmat", "json", out=full)
    expect(code == 2 and "standard output" not in said, "a usage error became %d: %s" % (code, said))
    with open("/dev/full", "w", encoding="utf-8") as full:
        code, said = heed("verify", out=full)  # the CRM's user is refused
    expect(code != 7 and code != 0, "a failed verify ended with %d: %s" % (code, said))


def mixes_nothing(heed, folder):
    """A file that heed opens must not become its standard output."""
    lock = os.path.join(folder, "heed.db.lock")
    for closed in ((1,), (0, 1), (0, 1, 2)):
        heed("note", "D1", "--reason", "written", closed=closed)
        expect(os.path.getsize(lock) == 0, "the lock has what was said, without %s" % (closed,))
    code, said = heed("verify", "--offline")
    expect(code == 0, "the mirror was sound before, and now %d: %s" % (code, said))


def goes_by_its_name(heed, folder):
    """What --out and --trace name may be the standard output: it goes on where that was."""
    link = os.path.join(folder, "out")
    os.symlink("/proc/self/fd/1", link)
    log = os.path.join(folder, "log")
    with open(log, "w", encoding="utf-8") as out:
        out.write("before\n")
        out.flush()
        for words in (("due", "--out", link), ("verify", "--trace", link)):
            code, said = heed(*words, out=out)
            expect(code == 0, "%s ended with %d: %s" % (" ".join(words), code, said))
        out.write("after\n")
    with open(log, encoding="utf-8") as told:
        text = told.read()
    expect(text.startswith("before\n") and text.endswith("after\n") and "request" in text,
           "the standard output lost what was there")
    expect(os.path.islink(link), "a link to the standard output became a file")


def has_read_enough(heed):
    for words in REPORTS:
        reader, writer = os.pipe()
        os.close(reader)
        code, said = heed(*words, out=writer)
        os.close(writer)
        expect(code == 0 and not said,
               "%s into a closed pipe ended with %d: %s" % (" ".join(words), code, said))


def main(program, simulator):
    with tempfile.TemporaryDirectory() as folder:
        heed = Heed(program, folder)
        with crm(simulator, folder):
            code, said = heed("sync")
            expect(code == 0, "the sync ended with %d: %s" % (code, said))
            has_read_enough(heed)
            mixes_nothing(heed, folder)
            goes_by_its_name(heed, folder)
        takes_nothing(heed)
    print("a report that was not written is told")


if __name__ == "__main__":
    main(*sys.argv[1:])
