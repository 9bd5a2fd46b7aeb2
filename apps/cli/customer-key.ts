import { Command } from 'commander';
import { customerKeyHistory, rotateCustomerKey } from '#pipeline/customer-keys.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { keyFingerprint } from '#platforms/pseudonym.js';
import type { Log } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { requireTopics } from '#log/require-topics.js';
import type { Config } from '#runtime/config.js';
import { existingCustomerKey, replacementKey } from '#runtime/customer-key.js';
import { topicSettings } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { type CommonOptions, configFor, warn, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface RotateOptions extends CommonOptions {
  readonly author: string;
  readonly reason: string;
}

export function customerKeyCommand(now: () => number): Command {
  return new Command('customer-key')
    .description('the key of the pseudonyms of customers: which one is in force, and its replacement')
    .addCommand(showCommand())
    .addCommand(rotateCommand(now));
}

function showCommand(): Command {
  const command = new Command('show')
    .description(
      'show the fingerprints of the keys that were in force, and of the one that is set; never a key',
    )
    .action(async (options: CommonOptions) => {
      const set = existingCustomerKey(configFor(options));
      const history = await withLog(options, customerKeyHistory);
      const shown = { set: set === null ? null : keyFingerprint(set), history };
      const lines = shown.history.map(({ fingerprint, at, author, reason }) =>
        [fingerprint, new Date(at).toISOString(), author, reason].filter((each) => each !== '').join('  '),
      );
      const text = [...lines, `set: ${shown.set ?? 'none'}`].join('\n');
      process.stdout.write(`${options.json === true ? JSON.stringify(shown) : text}\n`);
    });
  return withDataOptions(command);
}

function rotateCommand(now: () => number): Command {
  const command = new Command('rotate')
    .description(
      'put another key in force, for good: every customer is a new one from then on, so that contacts resolved ' +
        'before are not found again. With no process running',
    )
    .requiredOption('--author <name>', 'who does it')
    .requiredOption('--reason <text>', 'why, in words that are understood in a year')
    .action(async (options: RotateOptions) => {
      const config = configFor(options);
      const { author, reason } = options;
      const { isNew, record } = await withWritableLog(config, async (log) => {
        const inForce = (await customerKeyHistory(log)).at(-1)?.fingerprint ?? null;
        const key = replacementKey(config, (own) => keyFingerprint(own) !== inForce);
        return rotateCustomerKey(log, { key, author, reason, actor: cliActor(author) }, now);
      });
      if (!isNew) {
        const advice = 'it is in force already: set another one as TALLYLINE_CUSTOMER_KEY';
        throw new CommandError(
          'wrong-arguments',
          `the key ${record.fingerprint} replaces nothing, ${advice}`,
        );
      }
      const text = `in force from now on: ${record.fingerprint}, instead of ${record.replaces ?? 'none'}`;
      process.stdout.write(`${options.json === true ? JSON.stringify(record) : text}\n`);
    });
  return withDataOptions(command);
}

async function withWritableLog<T>(config: Config, work: (log: Log) => Promise<T>): Promise<T> {
  const { log, close } = openTheLog(config);
  try {
    await requireTopics(log, topicSettings(config.partitions));
    return await work(log);
  } finally {
    await close();
  }
}

function openTheLog(config: Config): { readonly log: Log; readonly close: () => Promise<void> } {
  switch (config.engine.kind) {
    case 'embedded':
      return openEmbedded(config.dataDirectory);
    case 'distributed': {
      const log = openLog(config, { clientId: 'tallyline-cli', onWarning: warn });
      return { log, close: () => log.close() };
    }
  }
}
