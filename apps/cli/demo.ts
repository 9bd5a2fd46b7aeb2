import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { recordedDeliveries } from './demo/deliveries.js';
import { shiftsOf } from './demo/shifts.js';
import { simulate } from './demo/simulate.js';
import { cliActor } from './decision.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { kpiText } from './kpi-text.js';
import { kpiReport } from './kpis.js';
import { linesOf, recordedIn } from './replay-input.js';
import { replay } from './replay.js';
import { unbilledReport } from './unbilled.js';
import { unbilledText } from './unbilled-text.js';
import { type CommonOptions, outputWidth, widthOption, withEngine } from './with-engine.js';

/** March: on its last Sunday the clocks go forward and the night has 23 hours. */
const month = '2026-03';
const catalogue = join(import.meta.dirname, '../../../apps/cli/demo/catalogue');

interface DemoOptions extends Pick<CommonOptions, 'width'> {
  readonly seed: number;
}

/** `clock`: UTC epoch ms. */
export function demoCommand(clock: () => number): Command {
  return new Command('demo')
    .description('send an invented month of two brands on three platforms through the whole pipeline')
    .option('--seed <number>', 'another number: another month of the same centre', Number, 2026)
    .addOption(widthOption())
    .action(async (options: DemoOptions) => {
      const { seed } = options;
      const width = outputWidth(options);
      const started = performance.now();
      const directory = mkdtempSync(join(tmpdir(), 'tallyline-demo-'));
      const say = (text: string): void => void process.stdout.write(`${text}\n`);
      say(`Tallyline: the month ${month} of an outsourcer that works for two brands (seed ${seed})\n`);
      const calls = simulate(seed, month, 'Europe/Paris');
      const shifts = shiftsOf(calls, month, 'Europe/Paris');
      const deliveries = recordedDeliveries(calls, shifts);
      const file = join(directory, 'deliveries.ndjson');
      writeFileSync(file, deliveries.map((delivery) => `${encodeRecorded(delivery)}\n`).join(''));
      const senders = 'Genesys, Avaya, Axialys and a survey tool';
      say(
        `1. ${calls.length} calls and ${shifts.length} shifts became ${deliveries.length} deliveries of ${senders}: ${file}`,
      );
      const data = join(directory, 'data');
      await withEngine({ data, catalogue }, 'work', async (engine) => {
        const replayed = await replay(engine, recordedIn(linesOf(file)));
        say(`2. replayed through intake, normalizer, meter and tally: ${replayed.refused} refused\n`);
        say('3. KPIs\n');
        for (const programme of ['aurore', 'boreal']) {
          const span = { programme, from: `${month}-01`, to: `${month}-31`, by: 'queue' } as const;
          say(kpiText(await kpiReport(engine, span, clock()), span.by, width));
        }
        say('4. Invoice-ready events\n');
        const reason = 'the demonstration shows them';
        for (const id of ['aurore-hours', 'boreal-calls']) {
          const contract = engine.lookup.contract(id);
          if (contract === null) throw new Error(`the demonstration's catalogue has no contract ${id}`);
          const closed = await engine.close(contract, month, 'close', reason, cliActor());
          if (closed.status !== 'closed') throw new Error(`${id}: ${JSON.stringify(closed)}`);
          say(`${invoiceText(closed.event, 'en', width)}\n`);
        }
        say('5. What no line of a contract uses\n');
        const unbilled = await unbilledReport(engine, { from: `${month}-01`, to: `${month}-31` }, clock());
        say(unbilledText(unbilled, 'en', width));
      });
      say(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. Where to look next:`);
      say(`  npm run -s tallyline -- explain aurore-hours/${month} --data ${data}`);
      say(`  npm run -s tallyline -- contracts check apps/cli/demo/catalogue --lang fr`);
      say(
        `  npm run -s tallyline -- whatif --contract apps/cli/demo/draft.yaml --from ${month} --to ${month} --data ${data}`,
      );
      say(
        `  npm run -s tallyline -- kpis --programme boreal --from ${month}-01 --to ${month}-31 --by agent --data ${data}`,
      );
      say(
        `  in a browser: TALLYLINE_DATA=${data} TALLYLINE_CATALOGUE=apps/cli/demo/catalogue npm start, ` +
          'and http://127.0.0.1:8080/console/',
      );
      say(`  the catalogue behind it: apps/cli/demo/catalogue, how it works: docs/walk.md`);
    });
}
