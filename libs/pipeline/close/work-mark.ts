import { hash } from 'node:crypto';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import { type PostingContent, subjectOf } from '#domain/posting/posting.js';

/** KIND/ID, which no other piece of work has. */
export function nameOfWork(work: PostingContent | HandledContact): string {
  return 'kind' in work ? `${work.kind}/${subjectOf(work)}` : `contact/${work.contact}`;
}

/**
 * A digest of all work that is counted, whatever the order in which it was added and taken back: the sum of
 * the digests of each, modulo 2^256. Secrets are made of it, nothing is proved by it.
 */
export class WorkMark {
  #sum = 0n;
  #last: { readonly work: PostingContent | HandledContact; readonly digest: bigint } | null = null;

  add(work: PostingContent | HandledContact, sign: 1 | -1): void {
    if (this.#last?.work !== work) this.#last = { work, digest: digestOf(work) };
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(sign) * this.#last.digest);
  }

  text(): string {
    return this.#sum.toString(16);
  }
}

function digestOf(work: PostingContent | HandledContact): bigint {
  const text = JSON.stringify([nameOfWork(work), ...unknownToOthers(work)]);
  return BigInt(`0x${hash('sha256', text)}`);
}

/**
 * Instants to the millisecond. Not the pseudonyms of customers: the same work gives the same event whatever
 * the key of the installation.
 */
function unknownToOthers(work: PostingContent | HandledContact): readonly (number | null)[] {
  if (!('kind' in work)) return [work.enteredAt, work.connectedAt, work.lastAt];
  switch (work.kind) {
    case 'contact':
      return [
        ...work.segments.flatMap(({ enteredAt, leftAt }) => [enteredAt, leftAt]),
        ...work.legs.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
      ];
    case 'outcome':
      return work.events.map(({ at }) => at);
    case 'activity':
      return [work.startedAt, work.endedAt];
    case 'timeline':
      return work.stretches.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]);
    case 'schedule':
      return work.versions.flatMap(({ publishedAt, stretches }) => [
        publishedAt,
        ...stretches.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
      ]);
    case 'totals':
      return [];
  }
}
