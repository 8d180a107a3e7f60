"""What heed sends and what the simulator answers is valid by the WSDL.

    valid.py HEED SIMULATOR WSDL

Runs the heed program against the heed-simulator program with a server of its own in between, which
keeps every message, and validates each by the schemas in the WSDL: the header blocks, and the
element in the body or the fault's detail. Ends with a message and exit code 1 where one is not
valid, or where an operation that heed uses was never seen.
"""

import http.client
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request

from lxml import etree

USER, PASSWORD = "heed@example.org", "a&b <c> \U0001F600"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
USED = ["login", "getServerTimestamp", "describeSObject", "queryAll", "queryMore", "getUpdated",
        "getDeleted"]


def expect(truth, what):
    if not truth:
        sys.exit("valid.py: " + what)


def schema_of(wsdl, folder):
    """The WSDL's schemas as files that find one another, and one that brings them together."""
    names = {}
    schemas = etree.parse(wsdl).findall(".//" + XSD + "schema")
    for number, schema in enumerate(schemas):
        names[schema.get("targetNamespace")] = "%d.xsd" % number
    for schema in schemas:
        for each in schema.findall(XSD + "import"):
            each.set("schemaLocation", names[each.get("namespace")])
        path = os.path.join(folder, names[schema.get("targetNamespace")])
        etree.ElementTree(schema).write(path)
    whole = os.path.join(folder, "whole.xsd")
    with open(whole, "w", encoding="utf-8") as out:
        out.write('<schema xmlns="http://www.w3.org/2001/XMLSchema">')
        for namespace, name in names.items():
            out.write('<import namespace="%s" schemaLocation="%s"/>' % (namespace, name))
        out.write("</schema>")
    return etree.XMLSchema(etree.parse(whole))


class Between(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    crm = ""  # the simulator's host and port
    messages = []  # (who, XML)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.messages.append(("heed", body))
        upstream = http.client.HTTPConnection(self.crm)
        upstream.request("POST", self.path, body, {"Content-Type": self.headers["Content-Type"]})
        answer = upstream.getresponse()
        text = answer.read()
        self.messages.append(("the simulator", text))
        # A login names the address to go on with: it is to be this one.
        text = text.replace(self.crm.encode(), self.headers["Host"].encode())
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type"))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def validate(schema, messages):
    """Every message; returns the names of the operations that were asked."""
    asked, faults = set(), 0
    for who, text in messages:
        envelope = etree.fromstring(text)
        expect(envelope.tag == SOAP + "Envelope", "%s sent a %s" % (who, envelope.tag))
        body = envelope.find(SOAP + "Body")
        expect(len(body) == 1, "%s sent %d elements in a body" % (who, len(body)))
        parts = list(envelope.iterfind(SOAP + "Header/*"))
        refused = body[0].tag == SOAP + "Fault"
        faults += refused
        parts += list(body[0].find("detail")) if refused else [body[0]]
        for part in parts:
            # The part alone, with the namespaces it stands in.
            alone = etree.fromstring(etree.tostring(part))
            expect(schema.validate(alone), "%s sent what the WSDL does not allow: %s\n%s" %
                   (who, schema.error_log, etree.tostring(part)[:2000].decode()))
        if who == "heed":
            asked.add(etree.QName(body[0]).localname)
    expect(faults == 2, "%d faults in %d messages, not the two that were ordered" %
           (faults, len(messages)))
    return asked


def tell(control, story):
    urllib.request.urlopen(control + "/control", story.encode()).read()


def run(heed, config, *command, code=0):
    done = subprocess.run([heed, "--config", config, *command], env={"PASSWORD": PASSWORD},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    expect(done.returncode == code, "heed %s ended with %d:\n%s" %
           (" ".join(command), done.returncode, done.stdout))


def converse(heed, control, url, folder):
    config = os.path.join(folder, "heed.toml")
    with open(config, "w", encoding="utf-8") as out:
        out.write("""
            [crm]
            url = "%s"
            user = "%s"
            password = "env:PASSWORD"
            page_size = 200
            [mirror]
            file = "heed.db"
            [controller]
            establishments = ["DE"]
            zone = "Europe/Berlin"
            calendar = "DE"
            [packs]
            enabled = ["eu-gdpr"]
            """ % (url, USER))
    run(heed, config, "check")
    run(heed, config, "sync")
    tell(control, "office works 5 days seed 7\nadvance 1 hour")
    run(heed, config, "sync")
    for fault in ("session", "MALFORMED_QUERY"):
        third = len(Between.messages) // 2 + 3
        tell(control, "fail request %d with %s\nadvance 1 hour" % (third, fault))
        run(heed, config, "sync")
    run(heed, config, "sync", "--full")


def main(heed, simulator, wsdl):
    server = subprocess.Popen(
        [simulator, "--individuals", "450", "--user", USER, "--password", PASSWORD],
        stdout=subprocess.PIPE, text=True)
    between = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
    threading.Thread(target=between.serve_forever, daemon=True).start()
    try:
        line = server.stdout.readline().strip()
        expect(line, "the simulator does not start")
        control = line.split("/services/")[0]
        Between.crm = control.split("//")[1]
        with tempfile.TemporaryDirectory() as folder:
            schema = schema_of(wsdl, folder)
            converse(heed, control, "http://127.0.0.1:%d" % between.server_port, folder)
            asked = validate(schema, Between.messages)
        for operation in USED:
            expect(operation in asked, "heed never asked for " + operation)
    finally:
        server.terminate()
        server.wait()
        between.shutdown()
    print("%d messages are valid: %s" % (len(Between.messages), ", ".join(sorted(asked))))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: valid.py HEED SIMULATOR WSDL")
    main(*sys.argv[1:])
