import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { checkShownContact, type ShownContactCheck } from '#pipeline/close/check-shown-contact.js';
import { showContact } from '#pipeline/close/show-contact.js';
import { closeReaders } from './close-readers.js';
import { CommandError } from './command-error.js';
import { findInvoice } from './find-invoice.js';
import { type LanguageOption, langOption } from './lang.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface ShowOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
  readonly contact: string;
  readonly out: string;
}

export function showContactCommand(): Command {
  const command = new Command('show')
    .description(
      'write one file that proves of one contact what each line of an invoice counts of it, or that it counts nothing, ' +
        'without any other contact',
    )
    .argument('<invoice>', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03, or the id of the event')
    .requiredOption('--contact <id>', 'id of the contact, such as voice:4711')
    .requiredOption('--out <file>', 'file to write, which must not be there')
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string, options: ShowOptions) => {
      await withLog(options, async (log) => {
        const { ready } = await findInvoice(log, invoice, options.revision);
        const { contract, period, revision, contributionRoots } = ready.data;
        const readers = closeReaders(log);
        const close = (await readers.closeLog.effective(contract, period))[revision - 1];
        if (contributionRoots === undefined || close === undefined)
          throw new CommandError(
            'not-found',
            `${invoice} was closed by a version that wrote no roots: it cannot be proved`,
          );
        written(options.out, await showContact(options.contact, close, readers));
      });
      reportShownContact(options.out, options);
    });
  return withDataOptions(command);
}

function written(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError('wrong-arguments', `--out: ${file} is there already: name another file`);
  }
}

/** By its first byte: a proof of an invoice begins with a digest. */
export function isShownContact(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const descriptor = openSync(file, 'r');
  try {
    const first = Buffer.alloc(1);
    return readSync(descriptor, first) === 1 && first.toString() === '{';
  } finally {
    closeSync(descriptor);
  }
}

/** Checks the file and prints what it proves. */
export function reportShownContact(
  file: string,
  { json, lang }: { readonly json?: boolean; readonly lang: Lang },
): void {
  const check = checkShownContact(readFileSync(file, 'utf8'));
  const answer = check.status === 'same' ? { ...check, event: check.event.id } : check;
  process.stdout.write(`${json === true ? JSON.stringify(answer) : checkText(check, lang)}\n`);
  if (check.status === 'differs')
    throw new CommandError('not-the-same', `${file} proves nothing: see the place above`);
}

function checkText(check: ShownContactCheck, lang: Lang): string {
  const { t } = wording(lang);
  if (check.status === 'differs') return t(`NOT proved: ${check.place}`, `NON prouvé : ${check.place}`);
  const { contact, event, digest, items } = check;
  const { contract, period, revision } = event.data;
  return [
    t(
      `${contract} ${period}, revision ${revision}: proved of the contact ${contact}`,
      `${contract} ${period}, révision ${revision} : prouvé du contact ${contact}`,
    ),
    ...items.map(({ item, sums }) => {
      if (sums === null) return t(`  ${item}: does not count it`, `  ${item} : ne le compte pas`);
      const added = Object.entries(sums).map(([key, value]) => `${key} ${value}`);
      return t(`  ${item}: counts it, ${added.join(', ')}`, `  ${item} : le compte, ${added.join(', ')}`);
    }),
    t(
      `  event ${event.id}, SHA-256 ${digest}: compare it with the event that you were sent`,
      `  événement ${event.id}, SHA-256 ${digest} : à comparer avec l’événement reçu`,
    ),
  ].join('\n');
}
