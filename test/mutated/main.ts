import '#runtime/v8-flags.js';
import { parseArgs } from 'node:util';
import { drawn } from './mutated.js';

const usage = `npm run mutated -- [--draws N] [--from S]

Gives N mutated deliveries (default 10000) to the normalizers and N mutated records to the codecs, from seed S
(default 1) on. Shows what throws, or is another thing once it was decoded, and ends with exit code 1.
`;

const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const [draws, from] = [Number(values.draws), Number(values.from)];
if (values.help || !(draws > 0) || !Number.isSafeInteger(from)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}
const { facts, refusals, taken, failures, longest } = drawn(draws, from);
for (const failure of failures.slice(0, 20)) process.stdout.write(`${failure}\n`);
process.stdout.write(
  `${draws} draws: ${facts} facts, ${refusals} refusals, ${taken} records taken, ${failures.length} failures; ` +
    `the longest took ${longest.ms.toFixed(1)} ms (seed ${longest.seed})\n`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
