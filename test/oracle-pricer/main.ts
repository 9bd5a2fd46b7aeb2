import '#runtime/v8-flags.js';
import { parseArgs } from 'node:util';
import { differenceOf } from './compare.js';
import { Coverage } from './coverage.js';

const usage = `npm run prices -- [--draws N] [--from S]
npm run prices -- --seed S

Prices N random contracts (default 10000) from seed S (default 1) on with the product and with a pricer that was
written from the words of the clauses. Shows the first that differs and the seeds of all that do, and ends with exit
code 1.
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

const coverage = new Coverage(50);
const begun = performance.now();
const says = (name: string, value: unknown): string => `${name}: ${JSON.stringify(value)}\n`;
const different: number[] = [];
for (let seed = from; seed < from + count; seed += 1) {
  const difference = differenceOf(seed, coverage);
  if (difference === null) continue;
  different.push(seed);
  if (different.length > 1) continue;
  const { product, reference, draw } = difference;
  const { contract, ...work } = draw;
  process.stdout.write(
    `seed ${seed} differs\n${says('product', product)}${says('reference', reference)}` +
      `${says('contract', { ...contract, versions: [] })}${contract.versions.map((version) => says('version', version)).join('')}` +
      says('work', work),
  );
}
const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
const found =
  different.length === 0 ? 'no difference' : `${different.length} differ: ${different.join(', ')}`;
process.stdout.write(`${count} contracts from seed ${from} on: ${found}; ${seconds} s\n`);
for (const [kind, { drawn, tried, seen }] of coverage.counts)
  process.stdout.write(`  ${kind}: drawn ${drawn} times, a planted fault seen in ${seen} of ${tried}\n`);
process.exitCode = different.length === 0 ? 0 : 1;
