"""The log of a test run holds no secret.

    log.py BUILD_FOLDER

Every secret of the tests begins with a word that is looked for here, in whatever the tests and the
programs that they started have printed: ctest's own log of the run that this is the last test of.
"""

import os
import sys

MARKS = (b"canary", b"correct-horse", b"!AQEAQ")


def main(folder):
    logs = [os.path.join(folder, "Testing", "Temporary", name)
            for name in ("LastTest.log.tmp", "LastTest.log")]
    log = next((each for each in logs if os.path.exists(each)), None)
    if log is None:
        sys.exit("log.py: there is no log of a test run in " + folder)
    with open(log, "rb") as text:
        for number, line in enumerate(text, 1):
            if any(mark in line for mark in MARKS):
                sys.exit("log.py: %s:%d holds a secret" % (log, number))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: log.py BUILD_FOLDER")
    main(sys.argv[1])
