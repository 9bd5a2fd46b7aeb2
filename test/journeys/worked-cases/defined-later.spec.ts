import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { Engine } from '#pipeline/engine/engine.js';
import { openRefusals, redrive } from '#pipeline/redrive.js';
import { readCatalogue } from '#catalogue/load.js';
import { readTopicValues } from '#log/small-topic.js';
import { decodeRecorded, encodeRecorded } from '#wire/recorded-delivery.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { calls, customer, outcomes, paris, type BusinessEvent } from './work.js';

/** What the catalogue does not know yet is refused, kept, and sent again once it does. */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-defined-later-'));
  embedded = openEmbedded(directory);
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true });
});

const catalogueText = (definitions: string): string => `
tenant: atelier
connections:
  - { id: voice, platform: axialys, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
  - { id: crm, platform: outcomes, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
${definitions}`;

async function start(definitions: string): Promise<Engine> {
  const loaded = readCatalogue([{ name: 'all.yaml', text: catalogueText(definitions) }]);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  const engine = await Engine.start({
    log: embedded.log,
    store: embedded.store,
    partitions: 1,
    catalogue: loaded.catalogue,
    customerKey: Buffer.alloc(32, 7),
    onWarning: () => undefined,
    onRefused: () => undefined,
  });
  const { catalogues } = engine;
  const act = { author: 'the centre', reason: null, at: Date.now() };
  await catalogues.apply(loaded.catalogue, act, await catalogues.inForce());
  return engine;
}

/** As a replay would read them. */
function recorded(events: readonly BusinessEvent[]) {
  return outcomes(events).map((delivery) => {
    const decoded = decodeRecorded(encodeRecorded(delivery));
    if ('fault' in decoded) throw new Error(decoded.fault);
    // any connection may send outcomes, one of a telephony platform too
    return { ...decoded.delivery, connection: 'voice' };
  });
}

const at = paris('2026-04-02T10:00');
const subject = 'parcel-1';

it('refuses an undefined outcome alone, and counts it when it is sent again after it was defined', async () => {
  const before = await start('');
  const data = { value: '12.50' };
  await before.accept(
    recorded([
      { type: 'parcel.returned', subject, at, data },
      { type: 'lead.worked', subject, at },
    ]),
  );
  await before.drained();
  const refusals = await openRefusals(embedded.log);
  expect(refusals).toMatchObject([{ connection: 'voice', row: 0, reason: 'unknown-kind', path: '[0].type' }]);
  await before.stop();

  const after = await start('outcomes: [{ name: parcel.returned, fields: { value: { type: decimal } } }]');
  expect(await redrive(embedded.log, refusals, { actor: null, at: 0, reason: null })).toEqual({
    redriven: 1,
    notSent: 0,
  });
  await after.drained();
  await after.stop();
  expect(await openRefusals(embedded.log)).toEqual([]);
  const postings = await readTopicValues(embedded.log, topics.postings.name);
  const last = decodeJournalRecord(postings.at(-1)!)?.postings.at(-1);
  expect(last).toMatchObject({
    sign: 1,
    content: {
      kind: 'outcome',
      outcome: 'voice:outcome/parcel-1',
      events: [{ name: 'lead.worked' }, { name: 'parcel.returned', data: { value: '12.50' } }],
    },
  });
});

it('keeps customer numbers inside the raw deliveries, and recognises the customer all the same', async () => {
  const engine = await start('');
  const [number, digits] = [customer(1), customer(1).slice(1)];
  await engine.accept(calls([{ at, talkS: 60, customer: number }]));
  await engine.accept(
    recorded([
      { type: 'sale.made', subject: number, at, data: { customer: number, note: `rappeler au ${number}` } },
    ]),
  );
  await engine.drained();
  await engine.stop();
  const perTopic = await Promise.all(
    [topics.facts, topics.postings, topics.refused].map(({ name }) => readTopicValues(embedded.log, name)),
  );
  const texts = perTopic.flat();
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.filter((text) => text.replaceAll(/[^\d]/g, '').includes(digits))).toEqual([]);
  const postings = await readTopicValues(embedded.log, topics.postings.name);
  const customers = postings.flatMap((text) =>
    (decodeJournalRecord(text)?.postings ?? []).flatMap(({ content }) =>
      'customer' in content ? [content.customer] : [],
    ),
  );
  expect(customers.length).toBeGreaterThan(1);
  expect(new Set(customers).size).toBe(1);
});
