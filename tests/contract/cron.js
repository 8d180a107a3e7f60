// Prints the next runs that npm cron-parser computes for the cases on standard input:
// [["Europe/Berlin", "2023-03-26T00:00:00Z", "30 2 * * *", 3], ...] becomes [["2023-..."], ...].
const {CronExpressionParser} = require('cron-parser');

// It refuses a number that a list says twice, which cron(8) does not: null.
function runsOf([tz, after, expression, count]) {
  let runs;
  try {
    runs = CronExpressionParser.parse(expression, {currentDate: new Date(after), tz});
  } catch (error) {
    if (error.message.includes('duplicate values')) return null;
    throw error;
  }
  return Array.from({length: count}, () => runs.next().toDate().toISOString().replace(':00.000Z', 'Z'));
}

const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(asked.map(runsOf)));
