import { hash, type KeyObject } from 'node:crypto';
import type { Contract } from '#domain/contract/contract.js';
import { Decimal } from '#domain/money/money.js';
import { price } from '#domain/pricing/price.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { invoiceId } from '#wire/closes.js';
import { itemOfSum, leafHash } from '#wire/contribution-leaf.js';
import { decodeInvoiceReady, encodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { carriedIn, invoicedNet, invoicedUpTo } from '#wire/invoiced.js';
import { MerkleRoot } from '#wire/merkle-tree.js';
import { decodeProofPart, type ProofPart } from '#wire/proof-file.js';
import { isSignatureOf } from '#wire/proof-signature.js';
import { firstDifference } from './verify-close.js';

export type ProofCheck =
  | {
      readonly status: 'same';
      readonly event: InvoiceReadyEvent;
      /** SHA-256 of the bytes of the event. */
      readonly digest: string;
      /** What all items together are made of. */
      readonly leaves: number;
      /** `unchecked`: it is signed, and no public key was given. */
      readonly signature: 'valid' | 'unchecked' | 'none';
    }
  | { readonly status: 'differs'; readonly first: ProofDifference };

/** The first thing that is not as it must be. */
export interface ProofDifference {
  /** Line of the file, from 1; null: the parts of the file, each whole, do not fit each other. */
  readonly line: number | null;
  /** Part, or field of the event such as `data.lines.0.netAmount.amount`. */
  readonly place: string;
  /** What the file says, and what follows from the rest of it; null: nothing. */
  readonly file: string | null;
  readonly here: string | null;
}

type DecodedPart = NonNullable<ReturnType<typeof decodeProofPart>>;
type Part<K extends ProofPart['part']> = Extract<ProofPart, { part: K }>;

class Differs extends Error {
  constructor(readonly first: ProofDifference) {
    super(first.place);
  }
}

/**
 * Whether a proof holds: each line has its digest, the leaves give the roots and the quantities of the event,
 * and contract and quantities give the event, byte for byte. Needs nothing but the file; of the leaves
 * only one is in memory. `lines`: each with the line feed that ends it. `publicKey`: of who must have signed
 * it; null: anyone may, or no one.
 */
export async function checkProof(
  lines: AsyncIterable<string> | Iterable<string>,
  publicKey: KeyObject | null,
): Promise<ProofCheck> {
  try {
    return await checked(lines, publicKey);
  } catch (error) {
    if (error instanceof Differs) return { status: 'differs', first: error.first };
    throw error;
  }
}

async function checked(
  lines: AsyncIterable<string> | Iterable<string>,
  publicKey: KeyObject | null,
): Promise<ProofCheck> {
  const parts = new ProofParts();
  let number = 0;
  let digests = hash('sha256', '');
  let end: Part<'end'> | null = null;
  for await (const text of lines) {
    number += 1;
    const line = text.endsWith('\n') ? text.slice(0, -1) : null;
    const decoded: DecodedPart | null = end === null && line !== null ? decodeProofPart(line) : null;
    const place = { line: number, place: parts.nameOf(text), file: null, here: null };
    if (decoded === null) throw new Differs(place);
    const part: ProofPart = decoded.part;
    if (part.part === 'end') {
      if (part.lines !== number - 1 || part.digest !== digests) throw new Differs(place);
      end = part;
      continue;
    }
    digests = hash('sha256', `${digests}${decoded.digest}`);
    if (!parts.take(part)) throw new Differs(place);
  }
  if (end === null) throw new Differs({ line: number + 1, place: 'end', file: null, here: null });
  const { signature, digest } = end;
  if (publicKey !== null && (signature === null || !isSignatureOf(digest, signature, publicKey))) {
    throw new Differs({ line: number, place: 'signature', file: signature, here: null });
  }
  return parts.check(publicKey !== null ? 'valid' : signature === null ? 'none' : 'unchecked');
}

const order = ['head', 'event', 'contract', 'before', 'carried', 'leaf'] as const;

/** The parts of a proof, taken in their order. */
class ProofParts {
  #head: Part<'head'> | null = null;
  #event: Record<string, unknown> | null = null;
  #contract: Record<string, unknown> | null = null;
  readonly #before: string[] = [];
  readonly #carried: string[] = [];
  readonly #trees: { readonly item: string; readonly root: MerkleRoot }[] = [];
  readonly #quantities = new Map<string, number>();
  #last = '';
  #reached = 0;

  /** Which part a line that cannot be read seems to be. */
  nameOf(line: string): string {
    return /"part":"([a-z]+)"/.exec(line.slice(-40_000))?.[1] ?? order[this.#reached] ?? 'end';
  }

  /** False: another part must come here. */
  take(part: Exclude<ProofPart, { part: 'end' }>): boolean {
    const place = order.indexOf(part.part);
    const isOnce = place < order.indexOf('before');
    if (isOnce ? place !== this.#reached : place < this.#reached || this.#reached < 3) return false;
    this.#reached = isOnce ? place + 1 : place;
    switch (part.part) {
      case 'head':
        this.#head = part;
        return true;
      case 'event':
        this.#event = part.event;
        return true;
      case 'contract':
        this.#contract = part.contract;
        return true;
      case 'before':
        this.#before.push(canonicalJson(part.event));
        return true;
      case 'carried':
        this.#carried.push(canonicalJson(part.event));
        return true;
      case 'leaf':
        return this.#takeLeaf(part);
    }
  }

  #takeLeaf({ item, pseudonym, salt, sums }: Part<'leaf'>): boolean {
    const place = `${item}/${pseudonym}`;
    if (place <= this.#last) return false;
    this.#last = place;
    const added = Object.entries(sums);
    if (added.length === 0 || added.some(([key, value]) => value === 0 || !isOfItem(key, item))) return false;
    for (const [key, value] of added) this.#quantities.set(key, (this.#quantities.get(key) ?? 0) + value);
    if (this.#trees.at(-1)?.item !== item) this.#trees.push({ item, root: new MerkleRoot() });
    this.#trees.at(-1)?.root.add(leafHash({ pseudonym, salt, sums: canonicalJson(sums) }));
    return true;
  }

  check(signature: 'valid' | 'unchecked' | 'none'): ProofCheck {
    if (this.#head === null || this.#event === null || this.#contract === null) {
      throw new Differs({ line: null, place: order[this.#reached] ?? 'head', file: null, here: null });
    }
    const text = canonicalJson(this.#event);
    const digest = hash('sha256', text);
    requireSame('event', this.#head.event, digest);
    const event = decodeInvoiceReady(text);
    if (event === null) throw new Differs({ line: null, place: 'event', file: null, here: null });
    const roots = event.data.contributionRoots;
    requireSame(
      'data.contributionRoots.termsDigest',
      roots?.termsDigest,
      hash('sha256', canonicalJson(this.#contract)),
    );
    const items = this.#trees.map(({ item, root }) => ({
      item,
      contributions: root.count,
      root: root.root(),
    }));
    requireEqual('data.contributionRoots.items', roots?.items, items);
    for (const [key, value] of this.#quantities) if (value === 0) this.#quantities.delete(key);
    requireEqual('data.quantities', event.data.quantities, Object.fromEntries(this.#quantities));
    requireEqual('', this.#event, JSON.parse(this.#eventAgain(event, this.#contract as unknown as Contract)));
    return {
      status: 'same',
      event,
      digest,
      leaves: items.reduce((all, each) => all + each.contributions, 0),
      signature,
    };
  }

  /** The event as it follows from contract, quantities and the events before. */
  #eventAgain(event: InvoiceReadyEvent, contract: Contract): string {
    try {
      return eventAgain(event, contract, this.#quantities, this.#before, this.#carried);
    } catch (error) {
      if (!Error.isError(error) || error instanceof Differs) throw error;
      throw new Differs({ line: null, place: 'contract', file: null, here: error.message });
    }
  }
}

function eventAgain(
  { data }: InvoiceReadyEvent,
  contract: Contract,
  quantities: ReadonlyMap<string, number>,
  before: readonly string[],
  carried: readonly string[],
): string {
  const { period, revision, catalogueVersion, omissions, contributionRoots, adjusts } = data;
  const history = data.earlierPeriods.map((past) => {
    return { period: past.period, quantities: new Map(Object.entries(past.quantities)) };
  });
  const book = { quantities, history };
  const restated = price(contract, { contract: contract.id, period, ...book }, carried.map(carriedIn));
  const id = invoiceId(contract.id, period, revision);
  const common = { id, revision, catalogueVersion, contract, omissions, contributionRoots, ...book };
  requireSame('before', String(before.length), String(revision - 1));
  if (adjusts === null) return encodeInvoiceReady({ ...common, adjusts: null, invoice: restated });

  const last = decodeInvoiceReady(before.at(-1) ?? '');
  if (last === null) throw new Differs({ line: null, place: 'before', file: null, here: null });
  const invoice = adjustmentOf(contract, invoicedUpTo(last), restated);
  if (invoice === null)
    throw new Differs({ line: null, place: 'data.adjusts', file: 'an adjustment', here: null });
  const causes = adjusts.causes.map(({ cause, totalWithoutVat }) => {
    return { cause, net: new Decimal(totalWithoutVat.amount) };
  });
  const { carriedBy } = adjusts;
  return encodeInvoiceReady({
    ...common,
    invoice,
    adjusts: {
      id: invoiceId(contract.id, period, 1),
      since: {
        revision: last.data.revision,
        catalogueVersion: last.data.catalogueVersion,
        net: invoicedNet(last),
      },
      causes,
      carriedBy,
      ...(adjusts.carriedByEvent !== undefined && {
        carriedByEvent: carriedBy === null ? null : invoiceId(contract.id, carriedBy, 1),
      }),
      restated,
    },
  });
}

function isOfItem(key: string, item: string): boolean {
  try {
    return itemOfSum(key) === item;
  } catch {
    return false;
  }
}

function requireSame(place: string, file: string | undefined, here: string): void {
  if (file !== here) throw new Differs({ line: null, place, file: file ?? null, here });
}

function requireEqual(place: string, file: unknown, here: unknown): void {
  const first = firstDifference(file, here, place);
  if (first !== null)
    throw new Differs({ line: null, place: first.path, file: first.closed, here: first.here });
}
