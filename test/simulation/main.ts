import '#runtime/v8-flags.js';
import { parseArgs } from 'node:util';
import { simulateSeed } from './simulate.js';
import { shrink, describePlan } from './shrink.js';

const usage = `npm run simulate -- [--seeds N] [--from S]
npm run simulate -- --seed S

Runs the stages over a log and a store in memory, with everything that may go wrong, for N seeds (default 1000)
from S (default 1) on, and compares journal, sums, KPIs and invoices with an independent oracle.
  --seed S    one seed; where it fails the run is made as short as it can be and shown
  --keep-on   go on after the first seed that fails; show their number and first fault only
  --no-shrink end at the first seed that fails, without making its run shorter
Ends with exit code 1 where anything differs.
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    'keep-on': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
if (values.help || !(count > 0) || !Number.isSafeInteger(from)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}
process.exitCode = (await runSeeds()) ? 0 : 1;

async function runSeeds(): Promise<boolean> {
  const begun = performance.now();
  let [failed, closes, underWay] = [0, 0, 0];
  for (let seed = from; seed < from + count; seed++) {
    if (process.stderr.isTTY && seed % 10 === 0) process.stderr.write(`\r${seed - from} of ${count} seeds`);
    const outcome = await simulateSeed(seed);
    closes += outcome.closes.closes;
    underWay += outcome.closes.underWay;
    const [fault] = outcome.faults;
    if (fault === undefined) continue;
    failed += 1;
    say(`seed ${seed} fails: ${fault.code}: ${fault.message.slice(0, 1_500)}`);
    if (values['keep-on']) continue;
    if (values['no-shrink']) break;
    const shortest = await shrink(outcome);
    say(`the shortest run that fails in this way:\n${describePlan(shortest)}`);
    break;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  say(
    `${failed === 0 ? `${count} seeds from ${from} on without a difference` : `${failed} seed(s) failed`}; ` +
      `${closes} closes, ${underWay} of them with facts above their cut; ${seconds} s`,
  );
  return failed === 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
