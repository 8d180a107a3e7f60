"""The plain part of a first load, with zeep and sqlite3.

    zeep_load.py URL WSDL FILE

Asks the prepared CRM at URL for all Individuals, page by page, and upserts them into the same columns
as heed's, with the same pragmas and a transaction a page. No history, no cursor, no faults.
"""

import sqlite3
import sys

from lxml import etree
from zeep import Client, Settings


def value(name, text):
    if text in ("true", "false"):
        return 1 if text == "true" else 0
    if text is not None and len(text) == 24 and text.endswith(".000Z"):
        return text[:19] + "Z"
    return text


def row(record):
    """The Id, then the fields in the order of the answer."""
    pairs = [(etree.QName(e).localname, e.text) for e in record._value_1 if etree.iselement(e)]
    found = dict(pairs)
    names = [name for name, _ in pairs if name not in ("type", "Id")]
    record_id = found.get("Id") or record.Id
    return ["Id"] + names, [record_id] + [value(name, found[name]) for name in names]


def store(database, records):
    rows = [row(record) for record in records]
    names = rows[0][0]
    flags = [isinstance(each, int) for each in rows[0][1]]
    columns = ", ".join(name + (" INTEGER" if flag else " TEXT") + (" PRIMARY KEY" if name == "Id" else "")
                        for name, flag in zip(names, flags))
    database.execute("CREATE TABLE IF NOT EXISTS Individual (%s) STRICT, WITHOUT ROWID" % columns)
    database.execute("BEGIN IMMEDIATE")
    database.executemany(
        "INSERT INTO Individual (%s) VALUES (%s) ON CONFLICT (Id) DO UPDATE SET %s"
        % (", ".join(names), ", ".join("?" * len(names)),
           ", ".join("%s = excluded.%s" % (name, name) for name in names[1:])),
        [values for _, values in rows])
    database.execute("COMMIT")


def main(url, wsdl, file):
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON",
                   "cache_size = -8192"):
        database.execute("PRAGMA " + pragma)
    client = Client(wsdl, settings=Settings(strict=False, xml_huge_tree=True))
    service = client.create_service(next(iter(client.wsdl.bindings)), url)
    page = service.queryAll("SELECT FIELDS(ALL) FROM Individual ORDER BY Id")
    while True:
        result = getattr(page, "body", page)
        result = getattr(result, "result", result)
        store(database, result.records)
        if result.done:
            break
        page = service.queryMore(result.queryLocator)
    database.close()


main(*sys.argv[1:])
