#!/usr/bin/env python3
"""Compares heed's months with dateutil's relativedelta: months.py HEED-TESTS"""

import subprocess
import sys
from datetime import date

from dateutil.relativedelta import relativedelta

lines = subprocess.run([sys.argv[1], "[.months-table]"], capture_output=True, text=True).stdout
compared = 0
for line in lines.splitlines():
    if not line.startswith("month-table "):
        continue
    _, start, months, heed = line.split()
    other = date.fromisoformat(start) + relativedelta(months=int(months))
    if other.isoformat() != heed:
        sys.exit(f"{start} and {months} months: heed says {heed}, dateutil {other}")
    compared += 1
if compared < 10_000:
    sys.exit(f"only {compared} dates were compared")
print(f"{compared} dates agree")
