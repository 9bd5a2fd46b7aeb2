import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { thisSoftware } from '#pipeline/close/software.js';
import { type Verification, verifyClose } from '#pipeline/close/verify-close.js';
import { closeReaders } from './close-readers.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface VerifyOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
}

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description(
      'make the event of a close again from the journal, and compare it byte for byte; writes nothing',
    )
    .argument('<invoice>', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03')
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string, options: VerifyOptions) => {
      const [, contract = '', period = ''] = /^(.+)\/([^/]+)$/.exec(invoice) ?? [];
      if (!anyPeriodForm.test(period)) {
        throw new CommandError('wrong-arguments', `<invoice>: '${invoice}' is not CONTRACT/PERIOD`);
      }
      const verified = await withLog(options, async (log) => {
        const deps = { ...closeReaders(log), software: thisSoftware() };
        return verifyClose(contract, period, options.revision, deps);
      });
      if (verified.status === 'unknownRevision')
        throw notFound(invoice, options.revision, verified.revisions);
      process.stdout.write(
        `${options.json === true ? JSON.stringify(verified) : verificationText(verified, options.lang)}\n`,
      );
      if (verified.status === 'differs') {
        throw new CommandError(
          'not-the-same',
          `${invoice} revision ${options.revision} is not what was closed`,
        );
      }
    });
  return withDataOptions(command);
}

function notFound(invoice: string, revision: number, revisions: number): CommandError {
  const advice = revisions === 0 ? 'close the period first' : `its last revision is ${revisions}`;
  return new CommandError('not-found', `there is no revision ${revision} of ${invoice}; ${advice}`);
}

function verificationText(
  { status, close, software, ...rest }: Exclude<Verification, { status: 'unknownRevision' }>,
  lang: Lang,
): string {
  const { t } = wording(lang);
  const { contract, period, revision, digest, cut } = close;
  const what = t(
    `${contract} ${period}, revision ${revision}`,
    `${contract} ${period}, révision ${revision}`,
  );
  const lines = [
    status === 'same'
      ? t(`${what}: the same bytes`, `${what} : les mêmes octets`)
      : t(`${what}: NOT the same bytes`, `${what} : octets DIFFÉRENTS`),
    `  SHA-256 ${digest}`,
    t(
      `  cut: facts below ${cut.facts.join(', ')}; catalogue ${cut.catalogue}`,
      `  coupe : faits avant ${cut.facts.join(', ')} ; catalogue ${cut.catalogue}`,
    ),
  ];
  if ('first' in rest) {
    const { path, closed, here } = rest.first;
    lines.push(
      t(
        `  first difference: ${path}: closed ${closed ?? '-'}, here ${here ?? '-'}`,
        `  première différence : ${path} : clôturé ${closed ?? '-'}, ici ${here ?? '-'}`,
      ),
    );
  }
  for (const { part, closed, here } of software) {
    lines.push(
      t(
        `  other ${partNames.en[part]}: closed with ${closed}, here ${here}`,
        `  ${partNames.fr[part]} : clôturé avec ${closed}, ici ${here}`,
      ),
    );
  }
  if (software.length === 0) {
    lines.push(t('  made with the same software as here', '  fait avec le même logiciel qu’ici'));
  }
  return lines.join('\n');
}

const partNames = {
  en: { code: 'code', node: 'Node.js', timeZones: 'time zone data', holidays: 'public holidays' },
  fr: {
    code: 'autre code',
    node: 'autre Node.js',
    timeZones: 'autres données de fuseaux horaires',
    holidays: 'autres jours fériés',
  },
} as const;
