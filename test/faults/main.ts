import '#runtime/v8-flags.js';
import { parseArgs } from 'node:util';
import { runMonth } from '#test/faults/command/month.js';
import { centreTrial, demoTrial, runSchedules } from '#test/faults/command/schedules.js';

const usage = `npm run faults -- [--schedules N] [--seed S] [--brokers 1|3] [--demo]
npm run faults -- --month [--brokers 1|3]

Runs N schedules of faults (default 10), of the seeds S (default 0), S + 1, ..., each against nine
processes on a real Kafka and Redis started for it: calls that are revised and change their customer, results
that are cancelled, months closed while work still comes in, archived at once. Compares every figure and invoice with
the oracle of the simulation, which shares no code with the product.
  --demo        instead calls of three platforms, compared byte for byte with the embedded engine's, undisturbed
  --month       the whole real month undisturbed instead, where its data lies beside the checkout
  --brokers B   only on one broker, or only on three
Ends with exit code 1 where anything differs.
`;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10' },
    seed: { type: 'string', default: '0' },
    brokers: { type: 'string' },
    month: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const [count, first] = [Number(values.schedules), Number(values.seed)];
const brokers = ([1, 3] as const).filter((each) => (values.brokers ?? `${each}`) === `${each}`);
if (values.help || !(count > 0) || !(first >= 0) || brokers.length === 0) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}
const allWell = values.month
  ? await runMonth(brokers)
  : await runSchedules(first, count, brokers, values.demo ? await demoTrial() : centreTrial);
process.exitCode = allWell ? 0 : 1;
