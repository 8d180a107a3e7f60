"""Nothing secret or personal leaves heed.

    discreet.py HEED SIMULATOR

Runs the heed program in the ways that make it talk: all is well, a refused login, an answer that is
no SOAP, a CRM that is away, a configuration that is wrong, a session that ends. Its secrets are
random words, and so are the names and addresses of some people in the simulated CRM. What it
printed, its command lines, and the files it left must hold none of them.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import urllib.request

USER = "heed@example.org"


def expect(truth, what):
    if not truth:
        sys.exit("discreet.py: " + what)


def canary():
    return "canary" + secrets.token_hex(8)


class Run:
    """Keeps whatever heed shows to anyone."""

    def __init__(self, heed, folder, environment):
        self.heed, self.folder, self.environment = heed, folder, environment
        self.shown = []  # (what, bytes)

    def __call__(self, config, *command, code=(0,)):
        arguments = [self.heed, "--config", os.path.join(self.folder, config), *command]
        process = subprocess.Popen(arguments, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        with open("/proc/%d/cmdline" % process.pid, "rb") as line:
            self.shown.append(("the command line", line.read()))
        out, error = process.communicate()
        what = "heed " + " ".join(command) + " with " + config
        expect(process.returncode in code, "%s ended with %d: %s" %
               (what, process.returncode, error.decode()))
        self.shown += [("the output of " + what, out), ("the errors of " + what, error)]

    def files(self):
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            if os.path.isfile(path) and not name.endswith(".toml") and name != "password":
                with open(path, "rb") as file:
                    yield name, file.read()


def configuration(folder, name, url, password, more=""):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write("""
            [crm]
            url = "%s"
            user = "%s"
            password = "%s"
            retries = 0
            %s
            [mirror]
            file = "heed.db"
            [controller]
            establishments = ["DE"]
            zone = "Europe/Berlin"
            calendar = "DE"
            [packs]
            enabled = ["eu-gdpr"]
            """ % (url, USER, password, more))


def tell(url, story):
    urllib.request.urlopen(url + "/control", story.encode()).read()


def situations(run, url, folder, people):
    configuration(folder, "good.toml", url, "env:PASSWORD")
    configuration(folder, "file.toml", url, "file:password")
    configuration(folder, "wrong.toml", url, "env:WRONG")
    configuration(folder, "away.toml", "http://127.0.0.1:9", "env:PASSWORD")
    configuration(folder, "bad.toml", url, "env:PASSWORD", 'tokn = "env:WRONG"')
    run("good.toml", "check")
    run("good.toml", "sync")
    tell(url, "\n".join("create Contact LastName=%s Email=%s@example.org HasOptedOutOfEmail=true" %
                        (name, name) for name in people))
    tell(url, "advance 1 hour\nexpire sessions")
    run("file.toml", "sync")
    for fault in ("html", "truncated", "503", "INVALID_SESSION_ID", "SERVER_UNAVAILABLE"):
        tell(url, "fail next with %s\nadvance 1 hour" % fault)
        run("good.toml", "sync", code=(0, 4, 5, 6))
    trace = os.path.join(folder, "trace")
    tell(url, "advance 1 hour\nexpire sessions")
    run("good.toml", "sync", "--trace", trace)
    run("good.toml", "check", "--format", "json", "--trace", trace + "-of-check", code=(0, 1))
    with open(trace, encoding="utf-8") as said:
        expect("queryAllResponse" in said.read(), "the trace does not hold what was said")
    expect(os.stat(trace).st_mode & 0o77 == 0, "others may read the trace")
    run("away.toml", "sync", code=(4,))
    run("bad.toml", "sync", code=(3,))
    for command in (["due"], ["due", "--format", "csv"], ["people"], ["status"], ["verify"]):
        run("good.toml", *command, code=(0, 1, 2, 8))
    run("wrong.toml", "check", code=(1,))
    run("wrong.toml", "sync", code=(5,))


def main(heed, simulator):
    password, wrong = canary(), canary()
    people = [canary() for _ in range(3)]
    server = subprocess.Popen([simulator, "--individuals", "30", "--user", USER, "--password",
                               password], stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline().strip()
        expect(line, "the simulator does not start")
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "password")
            with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
                out.write(password + "\n")
            run = Run(heed, folder, {"PASSWORD": password, "WRONG": wrong, "USER": "tester"})
            situations(run, line.split("/services/")[0], folder, people)
            for what, text in run.shown:
                expect(b"canary" not in text, what + " holds a secret or a person's data:\n" +
                       text.decode(errors="replace"))
            for what, text in run.files():
                for each in (password, wrong):
                    expect(each.encode() not in text, what + " holds a secret")
    finally:
        server.terminate()
        server.wait()
    print("%d outputs hold nothing secret or personal" % len(run.shown))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: discreet.py HEED SIMULATOR")
    main(*sys.argv[1:])
