"""What cron.py compares: five-field expressions, each in a zone and after a moment, and the same said
in the words of systemd.time(7). Made once, of a seed, and kept in cron.json."""

import datetime
import random
import re
from zoneinfo import ZoneInfo

UTC = datetime.timezone.utc
minute = datetime.timedelta(minutes=1)

# Clocks that are set by an hour, by half of one, by two, at midnight, backwards in winter, twice around
# Ramadan, once for good, over a whole day, or never. What is asked lies in the past, which no new
# edition of the tz database moves.
zones = [
    "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns",
    "America/Los_Angeles", "America/Santiago", "America/Havana", "America/Sao_Paulo",
    "America/Caracas", "Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Tehran", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "Antarctica/Troll"]
months = "jan feb mar apr may jun jul aug sep oct nov dec".split()
weekdays = "sun mon tue wed thu fri sat".split()


def offset(zone, moment):
    return moment.astimezone(zone).utcoffset()


def clock_sets(name, first, last):
    """When the zone's clock is set between the two moments, and by how much."""
    zone, found, at = ZoneInfo(name), [], first
    while at < last:
        low, high = at, at + datetime.timedelta(hours=6)
        if offset(zone, low) != offset(zone, high):
            while high - low > minute:
                middle = low + (high - low) // 2 // minute * minute
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append((high, offset(zone, high) - offset(zone, low)))
        at += datetime.timedelta(hours=6)
    return found


class Maker:
    """The next expressions of one seed; random() alone is the same in every Python."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def up_to(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def one_of(self, choices):
        return choices[self.up_to(0, len(choices) - 1)]

    def part(self, low, high):
        """One number, a range, or one with a step."""
        first, second = sorted((self.up_to(low, high), self.up_to(low, high)))
        kind = self.up_to(0, 3)
        if kind == 0 or first == second:
            return str(first)
        return f"{first}-{second}" + ("" if kind == 1 else f"/{self.up_to(1, 9)}")

    def field(self, low, high, all_in=3):
        kind = self.up_to(0, all_in + 3)
        if kind < all_in:
            return "*"
        if kind == all_in:
            return f"*/{self.up_to(2, max(3, (high - low) // 2))}"
        ends = sorted({low, *(self.up_to(low, high) for _ in range(self.up_to(0, 2))), high + 1})
        parts = [self.part(first, end - 1) for first, end in zip(ends, ends[1:])]
        if self.up_to(0, 19) == 0:
            parts.append(self.part(low, high))  # may say a number twice
        return ",".join(parts if self.up_to(0, 1) else reversed(parts))

    def named(self, names, text):
        """Some of the numbers of a field by name; steps are none."""
        if self.up_to(0, 1) == 0:
            return text
        write = self.one_of([str.lower, str.upper, str.title])
        return re.sub(r"(?<![/\d])\d+", lambda found: write(names[int(found[0])]), text)

    def weekday(self):
        return self.one_of([
            "*", "*", "*", "*", "1-5", "0", "7", "6,0", "6-7", "5-7", "0-6/2", "*/2", "*/3", "0-7",
            "7,3", "sun", "SUN,wed", "mon-fri", "Mon-Fri/2", "fri-sun", "sat-sun", "tue,thu-sat",
            self.named(weekdays, self.part(0, 6))])

    def day_and_month(self):
        if self.up_to(0, 9) == 0:
            return self.one_of(["29 2", "29 feb", "28-29 2", "31 *", "30 4,6,9,11", "31 */2",
                                "31 jan-mar", "30,31 1-12/5", "29-31 Feb-Apr"])
        month = self.named([""] + months, self.field(1, 12, 6))
        return f"{self.field(1, 31 if month == '*' else 28, 6)} {month}"

    def expression(self):
        first = self.one_of(["0", "30", "59", "*/15", "*/20", "*", self.field(0, 59, 0), self.field(0, 59, 0)])
        hour = self.one_of(["*", "*", self.field(0, 3, 0), self.field(0, 3, 0), self.field(0, 23, 1)])
        return f"{first} {hour} {self.day_and_month()} {self.weekday()}"


def make(count, seed=20261125):
    """Each zone in turn; two in three shortly before its clock is set, where it ever is."""
    maker = Maker(seed)
    first = datetime.datetime(2011, 6, 1, tzinfo=UTC)
    sets = {name: clock_sets(name, first, datetime.datetime(2025, 1, 1, tzinfo=UTC)) for name in zones}
    for number in range(count):
        name = zones[number % len(zones)]
        after = first + maker.up_to(0, 13 * 365 * 24 * 60) * minute
        if sets[name] and maker.up_to(0, 2) > 0:
            before = maker.one_of([30, 60, 150, 600, 1500, 4000])
            after = maker.one_of(sets[name])[0] - maker.up_to(0, before) * minute
        yield name, after, maker.expression()


# The fields: their numbers, and what these are called.
fields_of_cron = [(0, 59, []), (0, 23, []), (1, 31, []), (1, 12, [""] + months), (0, 7, weekdays)]


def without_names(expression):
    """Numbers alone. A Sunday that ends a range is the seventh day, which npm cron-parser refuses
    under its name."""
    fields = expression.lower().replace("-sun", "-7").split()
    for at in (3, 4):
        for number, name in enumerate(fields_of_cron[at][2]):
            fields[at] = fields[at].replace(name, str(number)) if name else fields[at]
    return " ".join(fields)


def numbers(expression, at):
    """What a field allows, once for each time that it says so; Sunday may be 0 and 7."""
    low, high, _ = fields_of_cron[at]
    found = []
    for part in without_names(expression).split()[at].split(","):
        span, _, step = part.partition("/")
        ends = [int(each) for each in (f"{low}-{high}" if span == "*" else span).split("-")]
        found += range(ends[0], ends[-1] + 1, int(step or 1))
    return found


def says_twice(expression):
    return any(len(said) > len(set(said)) for said in (numbers(expression, at) for at in range(5)))


def systemd_words(zone, expression):
    """Its OnCalendar= lines. It has no OR of its own: two lines are one. Steps get an end, since those
    without leave out midnight (systemd 252: "*:0/25" has no 00:00)."""
    written = without_names(expression).split()
    words = []
    for field, (low, high, _) in zip(written, fields_of_cron):
        words.append(field.replace("*/", f"{low}-{high}/").replace("-", ".."))
    week = ",".join(weekdays[day].title() for day in sorted({day % 7 for day in numbers(expression, 4)}))
    end = f"{words[1]}:{words[0]}:00 {zone}"
    days, month = words[2], words[3]
    if written[4] == "*":
        return [f"*-{month}-{days} {end}"]
    if written[2][0] == "*" or written[4][0] == "*":
        return [f"{week} *-{month}-{days} {end}"]
    return [f"*-{month}-{days} {end}", f"{week} *-{month}-* {end}"]


def with_stars_as_ranges(expression):
    """The expression as those read it who take "*/2" for a restriction like any other: where both day
    fields have one, either is enough. cron(8) looks at the star."""
    fields = expression.split()
    if "*" in (fields[2], fields[4]):
        return expression
    fields[2] = fields[2].replace("*", "1-31")
    fields[4] = fields[4].replace("*", "0-7")
    return " ".join(fields)
