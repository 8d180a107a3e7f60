"""Nothing secret or personal leaves heed.

    discreet.py HEED SIMULATOR

Runs the heed program in the ways that make it talk: all is well, by each way in, a refused login, an
answer that is no SOAP, a CRM that is away, a configuration that is wrong, a session that ends. Its
secrets are random words, and so are the names and addresses of some people in the simulated CRM.
What it printed, every command line of the machine while it logged in, and the files it left must
hold none of them. Killed by a fault of its own, it leaves no core.
"""

import os
import resource
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
        self.heed, self.folder, self.environment = os.path.abspath(heed), folder, environment
        self.shown = []  # (what, bytes)

    def __call__(self, config, *command, code=(0,)):
        arguments = [self.heed, "--config", os.path.join(self.folder, config), *command]
        process = subprocess.Popen(arguments, env=self.environment, cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open("/proc/%d/cmdline" % process.pid, "rb") as line:
            self.shown.append(("the command line", line.read()))
        out, error = process.communicate()
        what = "heed " + " ".join(command) + " with " + config
        expect(process.returncode in code, "%s ended with %d: %s" %
               (what, process.returncode, error.decode()))
        self.shown += [("the output of " + what, out), ("the errors of " + what, error)]
        return out

    def files(self):
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            secret = name.endswith((".toml", ".pem", ".state")) or name == "password"
            if os.path.isfile(path) and not secret:
                with open(path, "rb") as file:
                    yield name, file.read()


def configuration(folder, name, url, password, more=""):
    configure(folder, name, url, """
            user = "%s"
            password = "%s"
            %s
            """ % (USER, password, more))


def configure(folder, name, url, way, mirror="heed.db"):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write("""
            [crm]
            url = "%s"
            retries = 0
            %s
            [mirror]
            file = "%s"
            [controller]
            establishments = ["DE"]
            zone = "Europe/Berlin"
            calendar = "DE"
            [packs]
            enabled = ["eu-gdpr"]
            """ % (url, way, mirror))


def tell(url, story):
    urllib.request.urlopen(url + "/control", story.encode()).read()


# Read while heed waits for its password: every command line, and what heed may leave as a core.
LOOK = "cat /proc/[0-9]*/cmdline >lines; grep core /proc/$PPID/limits >limits; cat password"

WAYS = {
    "jwt": '[crm.jwt]\nclient_id = "heed-app"\nuser = "%s"\nkey = "file:key.pem"' % USER,
    "client": '[crm.client_credentials]\nclient_id = "heed-app"\nsecret = "env:CLIENT_SECRET"',
    "refresh": '[crm.refresh_token]\nclient_id = "heed-app"\ntoken = "env:REFRESH_TOKEN"',
    "token": 'access_token = "env:ACCESS_TOKEN"\ninstance = "%s"',
    "command": 'user = "%s"\npassword = "command:%s"' % (USER, LOOK),
}


def ways_in(run, url, folder):
    for name, way in WAYS.items():
        configure(folder, name + ".toml", url, way.replace('instance = "%s"', 'instance = "%s"' % url),
                  "heed-%s.db" % name)
        for turn in range(2):  # a rotated token is good the second time
            trace = os.path.join(folder, "trace-%s-%d" % (name, turn))
            # The stories have moved the CRM's clock, and that is a finding.
            checked = run(name + ".toml", "check", "--trace", trace, code=(1,))
            expect(b"ok    login" in checked, "heed does not get in by " + name)
            run(name + ".toml", "sync")
    with open(os.path.join(folder, "limits"), encoding="utf-8") as limits:
        expect(limits.read().split()[-3:-1] == ["0", "0"], "heed may leave a core file")


def no_core(run, url, folder):
    """Even where the system would take a core by another way than a file."""
    configure(folder, "dying.toml", url,
              'user = "%s"\npassword = "command:kill -ABRT $PPID"' % USER, "heed-dying.db")
    process = subprocess.Popen(
        [run.heed, "--config", os.path.join(folder, "dying.toml"), "sync"], env=run.environment,
        cwd=folder, stderr=subprocess.DEVNULL, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)[1:] * 2))
    _, status = os.waitpid(process.pid, 0)
    process.returncode = 0  # it has been waited for
    expect(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), "heed left a core")


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
    ways_in(run, url, folder)
    no_core(run, url, folder)


def key_pair(folder):
    """A private key of heed's; returns the file of its public half."""
    own, public = os.path.join(folder, "key.pem"), os.path.join(folder, "public.pem")
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-out", own], check=True)
    os.chmod(own, 0o600)
    subprocess.run(["openssl", "pkey", "-in", own, "-pubout", "-out", public], check=True)
    return public


def main(heed, simulator):
    hidden = {name: canary() for name in
              ("PASSWORD", "WRONG", "CLIENT_SECRET", "REFRESH_TOKEN", "ACCESS_TOKEN")}
    people = [canary() for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        public = key_pair(folder)
        server = subprocess.Popen(
            [simulator, "--individuals", "30", "--user", USER, "--password", "env:PASSWORD",
             "--token", "env:ACCESS_TOKEN", "--client-secret", "env:CLIENT_SECRET",
             "--refresh-token", "env:REFRESH_TOKEN", "--jwt-key", public],
            stdout=subprocess.PIPE, text=True, env=hidden)
        try:
            line = server.stdout.readline().strip()
            expect(line, "the simulator does not start")
            file = os.path.join(folder, "password")
            with open(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
                out.write(hidden["PASSWORD"] + "\n")
            run = Run(heed, folder, {**hidden, "USER": "tester", "PATH": os.environ["PATH"]})
            situations(run, line.split("/services/")[0], folder, people)
            for what, text in run.shown:
                expect(b"canary" not in text, what + " holds a secret or a person's data:\n" +
                       text.decode(errors="replace"))
            for what, text in run.files():
                for each in hidden.values():
                    expect(each.encode() not in text, what + " holds a secret")
        finally:
            server.terminate()
            server.wait()
    print("%d outputs hold nothing secret or personal" % len(run.shown))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: discreet.py HEED SIMULATOR")
    main(*sys.argv[1:])
