"""An independent client talks to the simulator.

    agree.py SIMULATOR WSDL

Starts the heed-simulator program and calls it with zeep, which shares no code with heed, in strict
mode with the WSDL given. Whatever does not fit the WSDL, or is not what the CRM answers, ends with a
message and exit code 1.
"""

import datetime
import subprocess
import sys

from lxml import etree
from zeep import Client, Settings
from zeep.exceptions import Fault

USER, PASSWORD = "heed@example.org", "a&b <c>"


def expect(truth, what):
    if not truth:
        sys.exit("agree.py: " + what)


def parts(answer, name="result"):
    """zeep gives (header, body) where the answer has a header, and the result itself where not."""
    header = getattr(answer, "header", None)
    body = getattr(answer, "body", None)
    if body is None:
        return header, answer
    return header, getattr(body, name, body)


class Crm:
    def __init__(self, url, wsdl):
        self.client = Client(wsdl, settings=Settings(strict=True, xsd_ignore_sequence_order=False))
        self.binding = next(iter(self.client.wsdl.bindings))
        self.service = self.client.create_service(self.binding, url)
        self.headers = {}

    def login(self, user, password):
        _, result = parts(self.service.login(username=user, password=password))
        self.service = self.client.create_service(self.binding, result.serverUrl)
        self.headers = {"SessionHeader": {"sessionId": result.sessionId}}
        return result

    def call(self, operation, *args, batch=None, **named):
        headers = dict(self.headers)
        if batch is not None:
            headers["QueryOptions"] = {"batchSize": batch}
        answer = self.service[operation](*args, _soapheaders=headers, **named)
        header, result = parts(answer)
        limits = header.LimitInfoHeader.limitInfo
        expect(limits[0].type == "API REQUESTS" and limits[0].current > 0, operation + ": no limits")
        return result


def fields(record):
    """Name and text of a record's fields. A parent says its type, so zeep reads it as a record: its
    fields are named by that type."""
    found = []
    for element in record._value_1 or []:
        if etree.iselement(element):
            found.append((etree.QName(element).localname, element.text))
        elif element is not None and hasattr(element, "_value_1"):
            found += [(element.type + "." + name, text) for name, text in fields(element)]
    return found


def replication(crm):
    now = crm.call("getServerTimestamp").timestamp
    expect(now.tzinfo is not None, "a timestamp without a zone")
    begin = now - datetime.timedelta(days=6)
    updated = crm.call("getUpdated", "Contact", begin, now)
    expect(updated.ids and updated.latestDateCovered <= now, "getUpdated names nothing")
    deleted = crm.call("getDeleted", "Contact", begin, now)
    expect(deleted.deletedRecords, "getDeleted names nothing")
    return updated.ids, deleted.deletedRecords


def queries(crm):
    soql = "SELECT Id, Name, HasOptedOutSolicit, BirthDate, SystemModstamp FROM Individual"
    page = crm.call("query", soql, batch=200)
    expect(not page.done and page.size >= 300, "the first page is no first page")
    seen = len(page.records)
    while not page.done:
        page = crm.call("queryMore", page.queryLocator, batch=200)
        seen += len(page.records)
    expect(seen == page.size and page.queryLocator is None, "pages do not add up")
    names = [name for name, _ in fields(page.records[0])]
    expect(names == ["Id", "Name", "HasOptedOutSolicit", "BirthDate", "SystemModstamp"],
           "fields are not in the order of the query: %s" % names)
    expect(crm.call("query", "SELECT COUNT() FROM Individual").size == seen, "COUNT() differs")

    parents = crm.call("query", "SELECT Individual.Name, Account.Name FROM Contact LIMIT 5")
    expect(any(name == "Individual.Name" for name, _ in fields(parents.records[0])), "no parents")
    history = crm.call("query", "SELECT Field, OldValue, NewValue FROM IndividualHistory")
    expect(history.size > 0, "no history")
    gone = crm.call("queryAll", "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true")
    expect(gone.size > 0, "queryAll shows nothing deleted")


def describes(crm):
    everything = crm.call("describeGlobal")
    expect("Individual" in [s.name for s in everything.sobjects], "Individual is not described")
    one = crm.call("describeSObject", "Individual")
    expect("HasOptedOutSolicit" in [f.name for f in one.fields], "a privacy field is missing")
    several = crm.call("describeSObjects", ["Contact", "Lead", "Account", "IndividualHistory"])
    expect([s.name for s in several] == ["Contact", "Lead", "Account", "IndividualHistory"],
           "describeSObjects answers in another order")


def refusals(crm):
    try:
        crm.call("query", "SELECT Nonsense FROM Contact")
        expect(False, "an unknown field was accepted")
    except Fault as fault:
        expect(fault.code.endswith("INVALID_FIELD"), "the wrong fault: %s" % fault.code)
    try:
        crm.service.login(username=USER, password="wrong")
        expect(False, "a wrong password was accepted")
    except Fault as fault:
        expect(fault.code.endswith("INVALID_LOGIN"), "the wrong fault: %s" % fault.code)


def main(simulator, wsdl):
    server = subprocess.Popen(
        [simulator, "--individuals", "450", "--user", USER, "--password", PASSWORD,
         "--now", "2026-03-02T09:00:00Z", "--story", "/dev/stdin"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        server.stdin.write("office works 5 days seed 7\ndelete Contact 40\n")
        server.stdin.close()
        url = server.stdout.readline().strip()
        expect(url, "the simulator does not start")
        crm = Crm(url, wsdl)
        expect(crm.login(USER, PASSWORD).userInfo.userName == USER, "login knows another user")
        expect(crm.call("getUserInfo").userName == USER, "getUserInfo knows another user")
        describes(crm)
        queries(crm)
        updated, deleted = replication(crm)
        records = crm.call("retrieve", "Id, Name, Email", "Contact",
                           [updated[0], deleted[0].id, updated[-1]])
        expect([r and r.Id for r in records] == [updated[0], None, updated[-1]],
               "retrieve is out of step")
        refusals(crm)
        crm.call("logout")
    finally:
        server.terminate()
        server.wait()
    print("agreed")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: agree.py SIMULATOR WSDL")
    main(sys.argv[1], sys.argv[2])
