import { hash, type KeyObject } from 'node:crypto';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import { encodeProofPart, type ProofPart } from '#wire/proof-file.js';
import { signatureOf } from '#wire/proof-signature.js';
import { eventsOf } from './earlier-events.js';
import { readContributionTrees } from './read-contribution-trees.js';
import type { VerifyDeps } from './verify-close.js';

type Json = Record<string, unknown>;

/**
 * The lines of the proof of a revision, see `proof-file.ts`; the leaves are read from a temporary file.
 * `key`: to sign it with; null: it is not signed.
 */
export async function* proofLines(
  id: string,
  period: Period,
  revision: number,
  deps: Pick<VerifyDeps, 'closeLog' | 'lookupOf'> & { readonly log: Log },
  key: KeyObject | null,
): AsyncGenerator<string> {
  let lines = 0;
  let digests = hash('sha256', '');
  for await (const part of partsOf(id, period, revision, deps)) {
    const { line, digest } = encodeProofPart(part);
    lines += 1;
    digests = hash('sha256', `${digests}${digest}`);
    yield line;
  }
  const signature = key === null ? null : signatureOf(digests, key);
  yield encodeProofPart({ part: 'end', lines, digest: digests, signature }).line;
}

async function* partsOf(
  id: string,
  period: Period,
  revision: number,
  deps: Pick<VerifyDeps, 'closeLog' | 'lookupOf'> & { readonly log: Log },
): AsyncGenerator<ProofPart> {
  const { closeLog, lookupOf } = deps;
  const effective = await closeLog.effective(id, period);
  const close = effective[revision - 1];
  if (close === undefined) throw new Error(`there is no revision ${revision} of ${id} ${period}`);
  const { catalogue, facts, heads, journal } = close.cut;
  yield {
    part: 'head',
    format: 'tallyline-proof/1',
    event: close.digest,
    cut: { catalogue, facts: [...facts], heads: heads === null ? null : [...heads], journal: [...journal] },
  };
  yield { part: 'event', event: JSON.parse(await closeLog.eventOf(close)) as Json };
  const contract = (await lookupOf(catalogue)).contract(id);
  yield { part: 'contract', contract: JSON.parse(JSON.stringify(contract)) as Json };
  for (const text of await eventsOf(effective.slice(0, revision - 1), deps)) {
    yield { part: 'before', event: JSON.parse(text) as Json };
  }
  for (const text of await eventsOf(closeLog.named(close.carries ?? []), deps)) {
    yield { part: 'carried', event: JSON.parse(text) as Json };
  }
  using trees = await readContributionTrees(close, deps);
  for (const [item, { pseudonym, salt, sums }] of trees.leaves()) {
    yield { part: 'leaf', item, pseudonym, salt, sums: JSON.parse(sums) as Record<string, number> };
  }
}
