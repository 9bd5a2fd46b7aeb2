import { Rational } from '#test/simulation/oracle/rational.js';
import type { Charges } from './charges.js';
import type { Call, Work } from './draw.js';
import type { PricedPeriod } from './priced-period.js';
import type { Breaker } from './breakers.js';

/** A contact of a customer that someone worked on. */
interface Contact {
  readonly customer: string;
  readonly enteredAt: number;
  readonly endedAt: number;
  readonly kinds: readonly ('person' | 'machine')[];
}

/**
 * Resolutions that held, each looked at by itself: no other contact of the customer entered, and nothing of
 * `unless` came, before its window was over. A line that waits for them charges a whole period on the invoice
 * that its last window ends in; `periods`: the one to price, then those before it as far as they are known.
 */
export function chargeResolutions(
  periods: readonly PricedPeriod[],
  work: readonly Work[],
  breakers: readonly Breaker[],
  charges: Charges,
): void {
  const [now] = periods;
  const last = now?.stretches.at(-1);
  if (now === undefined || last === undefined) return;
  const contacts = work.flatMap(contactsOf);
  for (const contact of contacts) {
    const own = periods.find(({ from, to }) => contact.enteredAt >= from && contact.enteredAt < to);
    const stretch = own?.at(contact.enteredAt);
    const line = stretch?.terms.lines.find(({ id }) => id === 'R');
    const kpi = stretch?.terms.kpis['held'];
    if (own === undefined || stretch == null || kpi?.type !== 'settled') continue;
    if (line?.model !== 'outcome' || line.pricing.mode !== 'flat') continue;
    const certainAt = line.settleAfter === 'maturity' ? own.to + kpi.windowMs : own.to;
    if (certainAt <= now.from || certainAt > now.to || (line.settleAfter === 'close' && own !== now))
      continue;
    // one that a person worked on is the person's
    const by = contact.kinds.includes('person') ? 'person' : 'machine';
    if (kpi.by !== null && (kpi.by !== by || !contact.kinds.includes(kpi.by))) continue;
    const until = contact.endedAt + kpi.windowMs;
    const isBack = contacts.some(
      (other) =>
        other.customer === contact.customer && other.enteredAt > contact.enteredAt && other.enteredAt < until,
    );
    const isBroken = breakers.some(({ customer, at, event }) => {
      if (customer !== contact.customer || at >= until) return false;
      return event === null ? at > contact.enteredAt : at >= contact.endedAt && kpi.unless.includes(event);
    });
    if (isBack || isBroken) continue;
    const rate = by === 'machine' ? line.rates.find(({ id }) => id === 'bot') : undefined;
    const price = rate?.price ?? line.pricing.price;
    const isHere = now.stretches.some(({ name }) => name === stretch.name);
    const name = isHere ? stretch.name : last.name;
    const charge = { line: 'R', part: 'work', kind: rate?.id ?? '', price: String(Number(price)), name };
    charges.add(charge, Rational.of(1), Rational.of(price));
  }
}

function contactsOf({ calls, further }: Work): Contact[] {
  const known = <C extends { readonly customer?: string }>(each: C): (C & { customer: string })[] =>
    each.customer === undefined ? [] : [{ ...each, customer: each.customer }];
  const ofCall = ({ customer, from, to, botFrom }: Call & { customer: string }): Contact => ({
    customer,
    enteredAt: botFrom ?? from,
    endedAt: to,
    kinds: botFrom === undefined ? ['person'] : ['machine', 'person'],
  });
  return [
    ...calls.flatMap(known).map(ofCall),
    ...(further?.bots ?? []).flatMap(known).map(({ customer, from, to }): Contact => {
      return { customer, enteredAt: from, endedAt: to, kinds: ['machine'] };
    }),
  ];
}
