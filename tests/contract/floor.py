"""TLS 1.2 is heed's own floor, also where the machine's OpenSSL would take less.

    floor.py HEED

OpenSSL's server speaks TLS 1.1 alone, and the machine's configuration of OpenSSL allows that: a plain
client gets through. heed must not. With TLS 1.2 at the same server it does.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time

CONFIG = """[crm]
url = "https://127.0.0.1:%d"
user = "u"
password = "env:HEED_FLOOR"
[http]
proxy = "none"
ca_file = "own.pem"
[mirror]
file = "heed.db"
"""
WEAK = """openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = weak
[weak]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""


def expect(truth, what):
    if not truth:
        sys.exit("floor.py: " + what)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


class Server:
    """openssl s_server with one version of TLS."""

    def __init__(self, folder, environment, version):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-www", "-quiet", "-accept", str(self.port), "-cert", "own.pem",
             "-key", "key.pem", version], cwd=folder, env=environment)

    def __enter__(self):
        expect(listens(self.port), "openssl s_server does not listen")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def connection_line(heed, folder, environment, port):
    """What heed check says of the connection."""
    with open(os.path.join(folder, "heed.toml"), "w") as file:
        file.write(CONFIG % port)
    ran = subprocess.run([heed, "check", "--config", os.path.join(folder, "heed.toml")],
                         env=environment, cwd=folder, capture_output=True, text=True, timeout=100)
    found = re.search("^.*  connection  .*$", ran.stdout, re.MULTILINE)
    expect(found, "heed check said nothing of the connection: " + ran.stdout + ran.stderr)
    return found.group(0)


def main():
    heed = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        weak = os.path.join(folder, "openssl.cnf")
        with open(weak, "w") as file:
            file.write(WEAK)
        plain = dict(os.environ)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                        "-subj", "/CN=floor", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", "key.pem", "-out", "own.pem"],
                       cwd=folder, env=plain, check=True, capture_output=True)
        # A login that is not reached: nobody listens behind the server's page.
        environment = dict(plain, OPENSSL_CONF=weak, HEED_FLOOR="")
        with Server(folder, environment, "-tls1_1") as server:
            plain_client = subprocess.run(
                ["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, "-CAfile",
                 "own.pem"], cwd=folder, env=environment, input="", capture_output=True, text=True)
            expect("TLSv1.1" in plain_client.stdout, "this OpenSSL never speaks TLS 1.1: " +
                   plain_client.stdout + plain_client.stderr)
            line = connection_line(heed, folder, environment, server.port)
            expect(line.startswith("FAIL") and "no TLS that is safe" in line, line)
        with Server(folder, environment, "-tls1_2") as server:
            line = connection_line(heed, folder, environment, server.port)
            expect(line.startswith("ok") and "TLSv1.2" in line, line)
    print("TLS 1.1 is refused where OpenSSL would take it, TLS 1.2 is not")


main()
