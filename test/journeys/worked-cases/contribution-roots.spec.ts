import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readContributionTrees } from '#pipeline/close/read-contribution-trees.js';
import { type Centre, centreOf, type Event } from './centre.js';
import { mix } from './mix.js';
import { type Call, calls, customer, paris } from './work.js';

/**
 * The roots in an event against a naive program: what each call adds by hand, all of it hashed as
 * docs/proof.md says, and the tree built from its definition.
 */
const terms = mix('0.70');

const work: Call[] = [
  { at: paris('2026-03-02T09:00'), talkS: 60, customer: customer(1) },
  { at: paris('2026-03-03T10:00'), talkS: 90, agent: 2, customer: customer(2) },
  // the customer of the first call again, within seven days
  { at: paris('2026-03-05T09:00'), talkS: 30, customer: customer(1) },
  // two of its four minutes lie in April; no customer
  { at: paris('2026-03-31T23:58'), talkS: 240 },
];
const ids = ['in-1-2026-03-02', 'in-2-2026-03-03', 'in-3-2026-03-05', 'in-4-2026-03-31'];

type Sums = Readonly<Record<string, number>>;

/** By item: what each call adds. */
const expected: Readonly<Record<string, readonly Sums[]>> = {
  'kpi/resolved': [
    { 'kpi/resolved/1/-/d/-': 1 }, // repeated
    { 'kpi/resolved/1/-/d/-': 1, 'kpi/resolved/1/-/n/-': 1 },
    { 'kpi/resolved/1/-/d/-': 1, 'kpi/resolved/1/-/n/-': 1 },
    {},
  ],
  'line/acts': work.map(() => ({ 'line/acts/1/-/-/-': 1 })),
  'line/talk': [60_000, 90_000, 30_000, 120_000].map((ms) => ({ 'line/talk/1/-/-/-': ms })),
};

const sha = (...parts: readonly (Buffer | string)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

function naiveTree(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) throw new Error('a tree has leaves');
  if (leaves.length === 1) return sha(Buffer.of(0), first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), naiveTree(leaves.slice(0, k)), naiveTree(leaves.slice(k)));
}

function naiveRoot(sums: readonly Sums[], key: string, saltKey: string): string {
  const leaves = sums.flatMap((own, index) => {
    if (Object.keys(own).length === 0) return [];
    const pseudonym = sha(key, '/', `contact/voice:${ids[index]}`);
    const salt = sha(saltKey, '/', pseudonym.toString('hex')).toString('hex');
    return [Buffer.concat([pseudonym, sha(salt, JSON.stringify(own))])];
  });
  return naiveTree(leaves.sort(Buffer.compare)).toString('hex');
}

async function secretsOf(centre: Centre, revision: number) {
  const { invoicer } = centre;
  const close = (await invoicer.closeLog.effective('mix', '2026-03'))[revision - 1];
  if (close === undefined) throw new Error('the month is not closed');
  using trees = await readContributionTrees(close, invoicer);
  return trees.secrets();
}

describe('the roots of what an event counts', () => {
  const centre = centreOf([terms], (open) => open.deliver(calls(work)));
  const reversed = centreOf([terms], async (open) => {
    for (const [index, call] of [...work.entries()].toReversed())
      await open.deliver(calls([call], index + 1));
  });
  let event: Event;

  it('are those of a naive program that knows by hand what each call adds', async () => {
    event = await centre().close('mix', '2026-03');
    const { key, saltKey } = await secretsOf(centre(), 1);
    const items = Object.entries(expected).map(([item, sums]) => ({
      item,
      contributions: sums.filter((own) => Object.keys(own).length > 0).length,
      root: naiveRoot(sums, key, saltKey),
    }));
    expect(event.contributionRoots?.items).toEqual(items);
    expect(event.contributionRoots?.keyDigest).toBe(sha(key).toString('hex'));
  });

  it('are the same whatever the order in which the calls came in', async () => {
    expect(await reversed().closeText('mix', '2026-03')).toBe(await centre().closeText('mix', '2026-03'));
  });

  it('are of the whole month as it is now in an adjustment, under other pseudonyms', async () => {
    const before = await secretsOf(centre(), 1);
    await centre().deliver(calls([{ at: paris('2026-03-20T09:00'), talkS: 60 }], 5));
    const { contributionRoots } = await centre().adjust('mix', '2026-03');
    expect(contributionRoots?.items.map(({ item, contributions }) => [item, contributions])).toEqual([
      ['kpi/resolved', 3],
      ['line/acts', 5],
      ['line/talk', 5],
    ]);
    expect((await secretsOf(centre(), 2)).key).not.toEqual(before.key);
    expect((await secretsOf(centre(), 1)).key).toEqual(before.key);
  });
});
