import '#runtime/v8-flags.js';
import { parseArgs } from 'node:util';
import { differenceOfYears } from './compare-years.js';
import { differenceOf } from './compare.js';

const usage = `npm run prices -- [--draws N] [--from S]
npm run prices -- --seed S

Prices N random contracts (default 10000) from seed S (default 1) on with the product and with a pricer that was
written from the words of the clauses. Shows the first that differs and ends with exit code 1.
`;

const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.draws) : 1;
if (values.help || !(count > 0) || !Number.isSafeInteger(from)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const begun = performance.now();
for (let seed = from; seed < from + count; seed += 1) {
  const difference = differenceOf(seed);
  const years = difference === null ? differenceOfYears(seed) : null;
  if (years !== null) {
    process.stdout.write(`seed ${seed} differs over several months\n${JSON.stringify(years, null, 1)}\n`);
    process.exit(1);
  }
  if (difference === null) continue;
  const { product, reference, draw } = difference;
  const says = (name: string, value: unknown): string => `${name}: ${JSON.stringify(value)}\n`;
  const { term, versions } = draw.contract;
  process.stdout.write(
    `seed ${seed} differs\n${says('product', product)}${says('reference', reference)}` +
      `${says('month', draw.month)}${says('term', term)}${says('calls', draw.calls)}${says('scores', draw.scores)}${says('past', draw.past)}` +
      versions.map((version) => says('version', version)).join(''),
  );
  process.exit(1);
}
const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
process.stdout.write(`${count} contracts from seed ${from} on: no difference; ${seconds} s\n`);
