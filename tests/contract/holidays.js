// Prints what npm date-holidays says of the days that the calendars given on standard input ask for:
// {"AT": {"peer": ["AT"], "years": [2025]}} becomes {"AT": {"2025-01-01": "Neujahr"}}. Days that it
// calls public or a bank's; a day that only shops or schools close on is no holiday here.
const Holidays = require('date-holidays');

const day = 24 * 60 * 60 * 1000;

function daysOf(peer, years) {
  const found = {};
  const holidays = new Holidays(...peer);
  for (const year of years) {
    for (const one of holidays.getHolidays(year)) {
      if (one.type !== 'public' && one.type !== 'bank') continue;
      const first = Date.parse(one.date.slice(0, 10) + 'T00:00:00Z');
      const length = Math.max(1, Math.round((one.end - one.start) / day));
      for (let i = 0; i < length; ++i) {
        const text = new Date(first + i * day).toISOString().slice(0, 10);
        if (years.includes(Number(text.slice(0, 4)))) found[text] = one.name;
      }
    }
  }
  return found;
}

const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const said = {};
for (const [id, {peer, years}] of Object.entries(asked)) said[id] = daysOf(peer, years);
console.log(JSON.stringify(said));
