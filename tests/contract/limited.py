"""A limit on the size of files does not kill heed without a word.

    limited.py HEED SIMULATOR

Runs the heed program with RLIMIT_FSIZE, as a service with LimitFSIZE= does. A first sync, a backup
and a report in the mirror's folder end with 7, name the limit, and leave nothing half made; without
it the next run goes on.
"""

import contextlib
import os
import resource
import subprocess
import sys
import tempfile

KIB = 1024


def expect(truth, what):
    if not truth:
        sys.exit(os.path.basename(sys.argv[0]) + ": " + what)


def configure(folder, url):
    with open(os.path.join(folder, "heed.toml"), "w", encoding="utf-8") as out:
        out.write("""
            [crm]
            url = "%s"
            user = "heed@example.org"
            password = "env:PASSWORD"
            retries = 0
            [mirror]
            file = "heed.db"
            [controller]
            establishments = ["DE"]
            zone = "Europe/Berlin"
            calendar = "DE"
            [packs]
            enabled = ["eu-gdpr"]
            """ % url)


class Heed:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), folder

    def __call__(self, *command, limit=None):
        """The exit code and what was said; no file grows beyond `limit` bytes."""
        def limited():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        process = subprocess.run(
            [self.program, "--config", os.path.join(self.folder, "heed.toml"), *command],
            env={"PASSWORD": "word", "USER": "tester", "PATH": os.environ["PATH"]},
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=limited, check=False)
        return process.returncode, process.stdout + process.stderr


def names_the_limit(what, code, said):
    expect(code == 7, "%s ended with %d: %s" % (what, code, said))
    expect("may not grow any more" in said and "LimitFSIZE=" in said,
           "%s does not name the limit: %s" % (what, said))


def situations(heed, folder):
    names_the_limit("the first sync", *heed("sync", limit=128 * KIB))
    code, said = heed("status")
    expect(code in (7, 8) and "older heed than this one;" not in said,
           "status after it ended with %d: %s" % (code, said))
    code, said = heed("sync")
    expect(code == 0, "the sync without a limit ended with %d: %s" % (code, said))
    size = os.path.getsize(os.path.join(folder, "heed.db"))
    expect(size > 256 * KIB, "the mirror is too small to show anything")
    names_the_limit("a backup", *heed("backup", "copy.db", limit=size // 2))
    left = [name for name in os.listdir(folder) if name.startswith("copy.db")]
    expect(not left, "a backup that failed left " + ", ".join(left))
    code, said = heed("backup", "copy.db")
    expect(code == 0, "the backup without a limit ended with %d: %s" % (code, said))


@contextlib.contextmanager
def crm(simulator, folder):
    """A CRM, while it lasts, and a heed.toml in the folder that names it."""
    server = subprocess.Popen(
        [simulator, "--individuals", "300", "--user", "heed@example.org", "--password",
         "env:PASSWORD"], stdout=subprocess.PIPE, text=True, env={"PASSWORD": "word"})
    try:
        line = server.stdout.readline().strip()
        expect(line, "the simulator does not start")
        configure(folder, line.split("/services/")[0])
        yield
    finally:
        server.terminate()
        server.wait()


def main(program, simulator):
    with tempfile.TemporaryDirectory() as folder, crm(simulator, folder):
        situations(Heed(program, folder), folder)
    print("a limit on the size of files is named, and nothing half made stays")


if __name__ == "__main__":
    main(*sys.argv[1:])
