import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkProof as check, type ProofCheck } from '#pipeline/close/check-proof.js';
import { proofLines } from '#pipeline/close/proof-lines.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { cli, startCli } from '../cli.js';
import { type Centre, centreOf, type Event } from './centre.js';
import { Commanded } from './commanded.js';
import { mix } from './mix.js';
import { type Call, calls, customer, paris } from './work.js';

const terms = mix('0.60');

/** 3 calls of 5 minutes in March: 6.00, 9.00 and the fee of 10.00, and 0.90 for 2 of 3 resolved. */
const march: Call[] = [
  { at: paris('2026-03-02T09:00'), talkS: 300, customer: customer(1) },
  { at: paris('2026-03-03T10:00'), talkS: 300, agent: 2, customer: customer(2) },
  { at: paris('2026-03-05T09:00'), talkS: 300, customer: customer(1) },
];
const april: Call[] = [{ at: paris('2026-04-10T09:00'), talkS: 60 }];
/** 2.00 and 0.60 more, and 0.06 of bonus. */
const late: Call[] = [{ at: paris('2026-03-20T09:00'), talkS: 60 }];

async function proofOf(
  centre: Centre,
  period: string,
  revision: number,
  key: KeyObject | null = null,
): Promise<string[]> {
  const lines = await Array.fromAsync(proofLines('mix', period, revision, centre.invoicer, key));
  return lines.map((line) => line.replace(/\n$/, ''));
}

const checkProof = async (lines: readonly string[], publicKey: KeyObject | null = null) =>
  check(
    lines.map((line) => `${line}\n`),
    publicKey,
  );

function netOf(check: ProofCheck): string {
  if (check.status === 'differs') throw new Error(JSON.stringify(check.first));
  return check.event.data.totals.totalWithoutVat.amount;
}

type Json = Record<string, unknown>;

const partOf = (line: string): Json => JSON.parse(line.slice(65)) as Json;

/** The file as a forger writes it: parts of their own, and every digest of a line right. */
function forged(parts: readonly Json[], signature: unknown = null): string[] {
  const lines = parts
    .slice(0, -1)
    .map(canonicalJson)
    .map((text) => `${hash('sha256', text)} ${text}`);
  const digest = lines.reduce(
    (all, line) => hash('sha256', `${all}${line.slice(0, 64)}`),
    hash('sha256', ''),
  );
  const end = canonicalJson({ part: 'end', lines: lines.length, digest, signature });
  return [...lines, `${hash('sha256', end)} ${end}`];
}

/** All copies of a value with one of its leaves changed. */
function* changed(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries())
      for (const other of changed(inner)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      for (const other of changed(inner)) yield { ...value, [key]: other };
  } else if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'boolean') yield !value;
  else if (value === null) yield 'x';
  else if (typeof value === 'string')
    yield /\d/.test(value) ? value.replace(/\d/, (digit) => `${9 - Number(digit)}`) : `${value}x`;
}

describe('the proof of an invoice', () => {
  const centre = centreOf([terms], (open) => open.deliver(calls([...march, ...april])));
  let proof: string[];
  beforeAll(async () => {
    await centre().close('mix', '2026-03');
    await centre().deliver(calls(late, 101));
    await centre().adjust('mix', '2026-03');
    await centre().close('mix', '2026-04');
    proof = await proofOf(centre(), '2026-03', 1);
  }, 300_000);

  it('gives the amount of the close, of an adjustment, and of the invoice that carries it', async () => {
    expect(netOf(await checkProof(proof))).toBe('25.90');
    expect(netOf(await checkProof(await proofOf(centre(), '2026-03', 2)))).toBe('2.66');
    // 2.00 and 0.60 of its own call, the fee, and 2.66 of March
    expect(netOf(await checkProof(await proofOf(centre(), '2026-04', 1)))).toBe('15.26');
  });

  it('names neither calls nor agents nor customers', () => {
    const text = proof.join('\n');
    expect(text).not.toContain('voice:');
    expect(text).not.toContain('in-1');
  });

  it('is refused when one of its bytes is another, with the line that has it', async () => {
    const bytes = Buffer.from(`${proof.join('\n')}\n`);
    for (let place = 0; place < bytes.length - 1; place += 1 + (place % 97)) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 1;
      const check = await checkProof(altered.toString().replace(/\n$/, '').split('\n'));
      const line = bytes.subarray(0, place).toString().split('\n').length;
      expect({ place, check }).toMatchObject({ check: { status: 'differs', first: { line } } });
    }
  });

  it('is refused when the end of its last line is missing', async () => {
    const whole = proof.map((line) => `${line}\n`);
    const cut = [...whole.slice(0, -1), proof.at(-1) ?? ''];
    expect(await check(whole, null)).toMatchObject({ status: 'same' });
    expect(await check(cut, null)).toMatchObject({ status: 'differs', first: { line: proof.length } });
  });

  it('is refused when a line is missing, twice, or in another place', async () => {
    const many: string[][] = proof.flatMap((line, index) => [
      proof.toSpliced(index, 1),
      proof.toSpliced(index, 0, line),
      ...(index === 0 ? [] : [proof.with(index, proof[index - 1] ?? '').with(index - 1, line)]),
    ]);
    for (const lines of [...many, []]) expect(await checkProof(lines)).toMatchObject({ status: 'differs' });
  });

  it('is refused when any field is another though all digests of lines are made right again', async () => {
    const parts = proof.map(partOf);
    let tried = 0;
    for (const [index, part] of parts.slice(0, -1).entries()) {
      // where the journal stood does not follow from the rest
      const { cut: _, part: kind, ...fields } = part;
      for (const other of changed(fields)) {
        const check = await checkProof(
          forged(parts.with(index, { ...part, part: kind, ...(other as Json) })),
        );
        expect({ index, other, check }).toMatchObject({ check: { status: 'differs' } });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(300);
  }, 300_000);

  it('is of the outsourcer alone where it is signed, with where the journal stood', async () => {
    const [own, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
    const signed = await proofOf(centre(), '2026-03', 1, own.privateKey);
    expect(await checkProof(signed, own.publicKey)).toMatchObject({ status: 'same', signature: 'valid' });
    expect(await checkProof(signed)).toMatchObject({ status: 'same', signature: 'unchecked' });
    expect(await checkProof(proof)).toMatchObject({ status: 'same', signature: 'none' });
    const refused = { status: 'differs', first: { place: 'signature' } };
    expect(await checkProof(signed, other.publicKey)).toMatchObject(refused);
    expect(await checkProof(proof, own.publicKey)).toMatchObject(refused);
    const parts = signed.map(partOf);
    const { signature } = parts.at(-1) ?? {};
    expect(await checkProof(forged(parts, signature), own.publicKey)).toMatchObject({ status: 'same' });
    const [head] = parts;
    const elsewhere = { ...head, cut: { ...(head?.['cut'] as Json), journal: [0, 0] } };
    expect(await checkProof(forged(parts.with(0, elsewhere), signature), own.publicKey)).toMatchObject(
      refused,
    );
  });

  it('names the first figure that does not follow, where a forger has made the digests right', async () => {
    const parts = proof.map(partOf);
    const placeOf = async (forgedParts: readonly Json[]) => {
      const check = await checkProof(forged(forgedParts));
      return check.status === 'differs' ? check.first : null;
    };
    const leaf = parts.findIndex(({ item }) => item === 'line/talk');
    const dearer = parts.with(leaf, { ...parts[leaf], sums: { 'line/talk/1/-/-/-': 600_000 } });
    expect(await placeOf(dearer)).toMatchObject({ line: null, place: 'data.contributionRoots.items.2.root' });
    const cheaper = JSON.parse(JSON.stringify(parts[2]).replace('"0.60"', '"0.90"')) as Json;
    expect(await placeOf(parts.with(2, cheaper))).toMatchObject({
      place: 'data.contributionRoots.termsDigest',
    });
    const { event } = JSON.parse(JSON.stringify(parts[1])) as { event: { data: Event } };
    const [, talk] = event.data.lines;
    if (talk === undefined) throw new Error('the invoice has no second line');
    talk.netAmount.amount = '19.00';
    const head = { ...parts[0], event: hash('sha256', canonicalJson(event)) };
    expect(await placeOf([head, { part: 'event', event }, ...parts.slice(2)])).toMatchObject({
      line: null,
      place: 'data.lines.1.netAmount.amount',
      file: '"19.00"',
      here: '"9.00"',
    });
  });
});

describe('tallyline proof', () => {
  const commanded = new Commanded([terms]);
  afterAll(() => commanded.remove());

  it('writes a file that is verified where there are no data, and refuses one that is another', async () => {
    await commanded.deliver(calls(march));
    await commanded.close('mix', '2026-03');
    const file = join(commanded.data, '..', 'march.proof');
    const key = join(commanded.data, '..', 'proofs.pem');
    expect((await cli('proof', 'key', '--out', key)).code).toBe(0);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const exported = await commanded.run('proof', 'export', 'mix/2026-03', '--out', file, '--key', key);
    expect([exported.code, exported.stdout]).toEqual([0, expect.stringContaining('proved, 25.90 EUR')]);
    expect((await commanded.run('proof', 'export', 'mix/2026-03', '--out', file)).code).toBe(2);
    expect(await cli('proof', 'verify', file, '--public-key', `${key}.pub`, '--lang', 'fr')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('prouvé, 25,90 EUR'),
    });
    // The key as a setting; the other key did not sign it.
    const byDefault = `${file}.default`;
    const args = ['proof', 'export', 'mix/2026-03', '--out', byDefault, '--data', commanded.data];
    const signed = await startCli(args, { TALLYLINE_PROOF_KEY: key }).ended;
    expect([signed.code, readFileSync(byDefault, 'utf8')]).toEqual([0, readFileSync(file, 'utf8')]);
    const other = `${file}.other`;
    writeFileSync(other, readFileSync(file, 'utf8').replace('300000', '300001'));
    const refused = await cli('proof', 'verify', other);
    expect([refused.code, refused.stdout]).toEqual([11, expect.stringMatching(/^NOT proved: line \d+ \(/)]);
  }, 600_000);
});
