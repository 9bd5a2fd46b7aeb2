import { createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { wording, type Lang } from '#contract-text/phrasebook.js';
import { checkProof, type ProofCheck } from '#pipeline/close/check-proof.js';
import { proofLines } from '#pipeline/close/proof-lines.js';
import { proofKey } from '#runtime/proof-key.js';
import { closeReaders } from './close-readers.js';
import { CommandError } from './command-error.js';
import { proofKeyCommand, signingKey, verifyingKey } from './proof-keys.js';
import { findInvoice } from './find-invoice.js';
import { type LanguageOption, langOption } from './lang.js';
import { isShownContact, reportShownContact, showContactCommand } from './proof-show.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, configFor, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface ExportOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
  readonly out: string;
  readonly key?: string;
}

interface CheckOptions extends LanguageOption {
  readonly json?: boolean;
  readonly publicKey?: string;
}

export function proofCommand(): Command {
  return new Command('proof')
    .description('prove an invoice to who has neither catalogue nor journal')
    .addCommand(proofKeyCommand())
    .addCommand(exportCommand())
    .addCommand(showContactCommand())
    .addCommand(verifyProofCommand());
}

function exportCommand(): Command {
  const command = new Command('export')
    .description(
      'write one file from which an invoice can be made again: event, terms, and what each piece of work adds, without its name',
    )
    .argument('<invoice>', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03, or the id of the event')
    .requiredOption('--out <file>', 'file to write, which must not be there')
    .option(
      '--key <file>',
      'sign it with this key, see proof key; default: TALLYLINE_PROOF_KEY, else it is not signed',
    )
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string, options: ExportOptions) => {
      const key = options.key === undefined ? proofKey(configFor(options)) : signingKey(options.key);
      await withLog(options, async (log) => {
        const { ready } = await findInvoice(log, invoice, options.revision);
        const { contract, period, revision, contributionRoots } = ready.data;
        if (contributionRoots === undefined)
          throw new CommandError(
            'not-found',
            `${invoice} was closed by a version that wrote no roots: it cannot be proved`,
          );
        const lines = proofLines(contract, period, revision, closeReaders(log), key);
        await written(options.out, lines);
      });
      const signer = key === null ? null : createPublicKey(key);
      await report(options.out, signer, options);
    });
  return withDataOptions(command);
}

async function written(file: string, lines: AsyncIterable<string>): Promise<void> {
  try {
    await writeFile(file, lines, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CommandError('wrong-arguments', `--out: ${file} is there already: name another file`);
    rmSync(file, { force: true });
    throw error;
  }
}

function verifyProofCommand(): Command {
  return new Command('verify')
    .description(
      'make the invoice of a proof again from that file alone, and compare; needs no data and no catalogue',
    )
    .argument('<file>', 'written by proof export or proof show')
    .addOption(langOption())
    .option('--public-key <file>', 'of who must have signed it: FILE.pub of proof key')
    .option('--json', 'print JSON')
    .action(async (file: string, options: CheckOptions) => {
      if (isShownContact(file)) {
        reportShownContact(file, options);
        return;
      }
      const signer = options.publicKey === undefined ? null : verifyingKey(options.publicKey);
      await report(file, signer, options);
    });
}

async function report(file: string, signer: KeyObject | null, options: CheckOptions): Promise<void> {
  const check = await checkProof(linesOfFile(file), signer);
  const json = check.status === 'same' ? { ...check, event: check.event.id } : check;
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : checkText(check, options.lang)}\n`);
  if (check.status === 'differs')
    throw new CommandError('not-the-same', `${file} proves nothing: see the place above`);
}

/** Each with its line feed; what follows the last of them is a line too, without one. */
async function* linesOfFile(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield `${line}\n`;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CommandError('not-found', `there is no file ${file}`);
  }
  if (rest !== '') yield rest;
}

function checkText(check: ProofCheck, lang: Lang): string {
  const { t, number } = wording(lang);
  if (check.status === 'differs') {
    const { line, place, file, here } = check.first;
    const where = line === null ? place : t(`line ${line} (${place})`, `ligne ${line} (${place})`);
    const values = t(
      `the file says ${file ?? '-'}, made again it is ${here ?? '-'}`,
      `le fichier dit ${file ?? '-'}, refait c’est ${here ?? '-'}`,
    );
    const what = line === null ? values : t('not what was written', 'pas ce qui a été écrit');
    return t(`NOT proved: ${where}: ${what}`, `NON prouvé : ${where} : ${what}`);
  }
  const { event, digest, leaves } = check;
  const { contract, period, revision, totals, currencyCode } = event.data;
  const net = `${number(totals.totalWithoutVat.amount)} ${currencyCode}`;
  return [
    t(
      `${contract} ${period}, revision ${revision}: proved, ${net} without VAT`,
      `${contract} ${period}, révision ${revision} : prouvé, ${net} hors taxes`,
    ),
    t(
      `  ${leaves} contributions give the quantities, and they the event, byte for byte`,
      `  ${leaves} contributions donnent les quantités, et celles-ci l’événement, octet par octet`,
    ),
    t(
      `  event ${event.id}, SHA-256 ${digest}: compare it with the event that you were sent`,
      `  événement ${event.id}, SHA-256 ${digest} : à comparer avec l’événement reçu`,
    ),
    signatures[check.signature][lang],
  ].join('\n');
}

const signatures = {
  valid: { en: '  signed with the key given', fr: '  signé avec la clé donnée' },
  unchecked: {
    en: '  signed, not checked: name the public key of the outsourcer with --public-key',
    fr: '  signé, non vérifié : nommez la clé publique du prestataire par --public-key',
  },
  none: { en: '  not signed', fr: '  non signé' },
} as const;
