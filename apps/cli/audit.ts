import { Command } from 'commander';
import { type AuditFault, auditJournal, type JournalAudit } from '#pipeline/audit/audit-journal.js';
import { closedCuts, type ClosedCut, closesAffected } from '#pipeline/audit/closed-cuts.js';
import { knownHeads } from '#pipeline/audit/known-heads.js';
import type { PlacedRecord } from '#pipeline/audit/source-chain.js';
import type { RecordPosition } from '#log/log.js';
import { topics } from '#wire/topics.js';
import { readTrails } from '#pipeline/audit/read-trails.js';
import { auditActsCommand, requireIntact, trailLines, trailSummary } from './audit-acts.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, withDataOptions } from './with-engine.js';
import { withReaders } from './with-readers.js';

export function auditCommand(): Command {
  return new Command('audit')
    .description('check that nothing was changed behind the back of the journal and of the audit trail')
    .addCommand(chainsCommand(), { isDefault: true })
    .addCommand(auditActsCommand());
}

function chainsCommand(): Command {
  const command = new Command('chains')
    .description(
      'read the journal and the audit trail once and check by their hash chains that every posting and every entry is ' +
        'there as it was written; reads only (default)',
    )
    .action(async (options: CommonOptions) => {
      const config = configFor(options);
      const { audit, cuts, trail } = await withReaders(config, async ({ log, store }) => {
        const closed = await closedCuts(log);
        const heads = await knownHeads(log, store, closed);
        return {
          cuts: closed,
          audit: await auditJournal(log, heads),
          trail: await readTrails(log, config.access.keysFile),
        };
      });
      const faults = audit.faults.map((fault) => withCloses(describedFault(fault), fault, cuts));
      const answer = { ...audit, faults, trail: trailSummary(trail) };
      const text = [auditText(audit, faults), ...trailLines(trail)].join('\n');
      process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
      const [first] = faults;
      if (first !== undefined) {
        throw new CommandError('journal-differs', `${faults.length} fault(s), the first: ${first.message}`);
      }
      requireIntact(trail);
    });
  return withDataOptions(command);
}

interface DescribedFault {
  readonly code: AuditFault['code'];
  /** The record at fault; null: it is not there. */
  readonly at: ({ readonly topic: string } & RecordPosition) | null;
  readonly message: string;
  /** Closes whose cut holds it, by name; `tallyline verify` says which of them come to another amount. */
  readonly closes: readonly string[];
}

/** Names the closes that a fault affects. */
function withCloses(
  described: DescribedFault,
  fault: AuditFault,
  cuts: readonly ClosedCut[],
): DescribedFault {
  const closes = closesAffected(fault, cuts).map(({ name }) => name);
  if (closes.length === 0) return described;
  const more = closes.length > namedCloses ? ` and ${closes.length - namedCloses} more` : '';
  const message = `${described.message}; it lies before the cut of ${closes.slice(0, namedCloses).join(', ')}${more}`;
  return { ...described, message, closes };
}

/** Closes in the text of a fault; `--json` has all. */
const namedCloses = 5;

function describedFault(fault: AuditFault): DescribedFault {
  const topic = topics.postings.name;
  switch (fault.code) {
    case 'unreadable':
      return {
        code: fault.code,
        at: { topic, ...fault.at },
        message: `${placeOf(fault.at)} cannot be read`,
        closes: [],
      };
    case 'changed':
      return described(
        fault,
        `${named(fault.record)} holds other postings than its link says: it was edited`,
      );
    case 'posted-twice':
      return described(
        fault,
        `${named(fault.record)} posts once more what another record posts at that position: both are counted`,
      );
    case 'out-of-order':
      return described(
        fault,
        `${named(fault.record)} lies behind what was posted after it, so that no reader counts it`,
      );
    case 'broken-chain': {
      const after = fault.after === null ? 'the beginning' : named(fault.after);
      return described(
        fault,
        `${named(fault.record)} does not follow ${after}: what was posted in between is missing, edited or not in order`,
      );
    }
    case 'head-differs': {
      const after = fault.after === null ? 'no record' : named(fault.after);
      const message = `${fault.known.name} names another last posting than ${after}: what was posted after it is missing or was edited`;
      const at = fault.after === null ? null : { topic, ...fault.after.at };
      return { code: fault.code, at, message, closes: fault.known.close === null ? [] : [fault.known.close] };
    }
  }
}

function described(fault: Extract<AuditFault, { record: PlacedRecord }>, message: string): DescribedFault {
  return { code: fault.code, at: { topic: topics.postings.name, ...fault.record.at }, message, closes: [] };
}

function auditText({ records, skipped, sources }: JournalAudit, faults: readonly DescribedFault[]): string {
  const lines = [
    `${records} records of ${topics.postings.name} read, ${skipped} of them appended a second time and not counted`,
    ...sources.map(({ source, postings, head }) => {
      return `facts partition ${source}: ${postings} postings, head ${head === '' ? '-' : head}`;
    }),
    ...sources.flatMap(({ relinked }) =>
      relinked.map(
        (record) => `relinked at ${named(record)}: a crash, and another version of the program after it`,
      ),
    ),
    ...faults.map(({ code, message }) => `${code}: ${message}`),
    faults.length === 0 ? 'every posting is there as it was posted' : `${faults.length} fault(s)`,
  ];
  return lines.join('\n');
}

function named({ at, position: { partition, offset, index } }: PlacedRecord): string {
  return `${placeOf(at)} (posting ${partition}-${offset}-${index})`;
}

function placeOf({ partition, offset }: RecordPosition): string {
  return `${topics.postings.name} partition ${partition} offset ${offset}`;
}
