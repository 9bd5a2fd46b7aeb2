import { Command } from 'commander';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import { openSqliteLog, type SqliteLog } from '#log/sqlite/sqlite-log.js';
import { recordsOfPerson, type RecordsOfPerson } from '#pipeline/normalize/records-of-person.js';
import { appendAct } from '#pipeline/operator-acts.js';
import { e164Digits } from '#platforms/phone.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import { existingCustomerKey } from '#runtime/customer-key.js';
import { erasedValue } from '#wire/erased.js';
import type { Authored } from '#wire/operator-acts.js';
import { topics } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import { authored, type Decision, withDecisionOptions } from './decision.js';
import { readersLeft } from './retention.js';
import { type CommonOptions, configFor, warn, withDataOptions, withEngine } from './with-engine.js';

interface EraseOptions extends CommonOptions, Decision {
  readonly number: string;
  readonly dryRun?: boolean;
}

/** `now`: the clock. */
export function privacyCommand(now: () => number): Command {
  return new Command('privacy')
    .description('what the rights of a person ask for (docs/privacy.md)')
    .addCommand(eraseCommand(now));
}

function eraseCommand(now: () => number): Command {
  const command = new Command('erase')
    .description(
      'erase the deliveries that hold the number of a person, and what of them was refused; facts, postings and ' +
        'invoices, which know the person by no more than a pseudonym, stay as they are. With no process running',
    )
    .requiredOption('--number <number>', 'with + and country code, e.g. +33612345678')
    .option('--dry-run', 'only count what holds the number; also beside a running server');
  withDecisionOptions(command).action(async (options: EraseOptions) => {
    const digits = digitsOf(options.number);
    const isDry = options.dryRun === true;
    const config = configFor(options);
    if (isDry || config.engine.kind === 'distributed') {
      const found = await withEngine(options, 'read', async ({ log, lookup }) =>
        foundIn(log, lookup, digits, options),
      );
      if (!isDry && found.deliveries.length > 0) throw notErased(found);
      write(options, found, false);
      return;
    }
    const decision = authored(options, now());
    // What was accepted is counted first, so that erasing it changes no figure.
    const lookup = await withEngine(options, 'work', async (engine) => {
      await engine.drained();
      return engine.lookup;
    });
    const log = openSqliteLog({ directory: config.dataDirectory });
    try {
      const found = await foundIn(log, lookup, digits, options);
      if (found.deliveries.length > 0) await erase(log, found, decision);
      write(options, found, true);
    } finally {
      await log.close();
    }
  });
  return withDataOptions(command);
}

function digitsOf(number: string): string {
  const digits = number.trim().startsWith('+') ? e164Digits(number, null) : null;
  if (digits !== null) return digits;
  throw new CommandError('wrong-arguments', '--number: write it with + and the country code: +33612345678');
}

async function foundIn(
  log: Log,
  lookup: CatalogueIndex,
  digits: string,
  options: CommonOptions,
): Promise<RecordsOfPerson> {
  const key = existingCustomerKey(configFor(options));
  if (key === null) throw new CommandError('not-found', 'there is no key of customer pseudonyms here');
  return recordsOfPerson(digits, {
    log,
    lookup,
    pseudonym: pseudonymizer(key),
    platform: (name) => platforms[name],
  });
}

/**
 * The act first: what was decided is known even where it is interrupted. Deliveries last: by them it is found
 * again.
 */
async function erase(log: SqliteLog, found: RecordsOfPerson, decision: Authored): Promise<void> {
  await appendAct(log, {
    act: 'person-erased',
    ...decision,
    deliveries: found.deliveries.length,
    refused: refusedBy(found),
  });
  const done = [
    log.replace(topics.refused.name, found.refused, erasedValue),
    log.replace(topics.raw.name, found.deliveries, erasedValue),
  ];
  if (done.at(-1) !== true) warn(readersLeft);
}

function refusedBy({ refused }: RecordsOfPerson) {
  const groups = Map.groupBy(refused, ({ refusal }) => `${refusal.connection ?? ''}|${refusal.reason}`);
  return [...groups.values()].flatMap((records) => {
    const [first] = records;
    if (first === undefined) return [];
    const { connection, reason } = first.refusal;
    return [{ connection, reason, records: records.length }];
  });
}

const dayMs = 86_400_000;

function notErased({ deliveries }: RecordsOfPerson): CommandError {
  const newest = Math.max(...deliveries.map(({ receivedAt }) => receivedAt));
  const until = new Date(newest + topics.raw.retentionDays * dayMs).toISOString();
  return new CommandError(
    'not-erased',
    `${deliveries.length} delivery(ies) hold the number, and Kafka cannot delete single records: the retention of ` +
      `${topics.raw.name} deletes the last of them at ${until} (docs/privacy.md says how to shorten it)`,
  );
}

function write(options: CommonOptions, found: RecordsOfPerson, isErased: boolean): void {
  const answer = { deliveries: found.deliveries.length, refused: refusedBy(found), isErased };
  const verb = isErased ? 'were erased' : 'would be erased';
  const text =
    answer.deliveries === 0
      ? 'no delivery holds the number'
      : `${answer.deliveries} delivery(ies) and ${found.refused.length} refused record(s) ${verb}`;
  process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
}
