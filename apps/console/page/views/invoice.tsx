import type { ExplainedEntry, Explanation, InvoiceEvent, InvoiceLine } from '../answers.js';
import { clockOf, day, decimal, money, percent } from '../format.js';
import { lang, say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { hrefOf, hrefWith, query } from '../router.js';
import { Table } from '../table.js';
import { words } from '../words.js';
import { Line } from './invoice-line.js';
import { ProofButton } from './proof-button.js';

/** One invoice-ready event, each amount down to the work behind it. */
export function InvoiceView() {
  const { contract = '', period = '', revision = '1', line } = query.value;
  const base = `/v1/contracts/${encodeURIComponent(contract)}/periods/${encodeURIComponent(period)}/revisions/${revision}`;
  const event = useLoad<InvoiceEvent>(base);
  const explanation = useLoad<Explanation>(`${base}/explanation?lang=${lang.value}`);
  return (
    <Show of={event}>
      {(ready) => (
        <article>
          <Title of={ready} base={base} />
          <Show of={explanation}>
            {(explained) => (
              <>
                <Lines of={ready} explained={explained} />
                {line !== undefined && <Line key={line} base={base} line={line} explained={explained} />}
                <Remarks of={explained} />
              </>
            )}
          </Show>
        </article>
      )}
    </Show>
  );
}

function Title({ of: { id, data }, base }: { readonly of: InvoiceEvent; readonly base: string }) {
  const { startDate, endDate } = data.invoicingPeriod;
  const { amount, currency } = data.totals.totalWithoutVat;
  return (
    <div class="title">
      <p class="quiet trail">
        <a href={hrefOf('contracts')}>{say(words.contracts)}</a> / {data.contract} / {data.period}
      </p>
      <h1>
        {data.revision === 1 ? say(words.invoiceOf) : say(words.adjustment)} {data.contract}, {data.period}
      </h1>
      <p class="total" data-figure="totalWithoutVat" data-value={amount}>
        {money(amount, currency)} <small>{say(words.totalWithoutVat)}</small>
      </p>
      <p class="quiet">
        {data.seller.name} {say(words.to)} {data.buyer.name} · {day(startDate)} {say(words.until)}{' '}
        {day(endDate)}, {data.timeZone} · {say(words.revision)} {data.revision}
      </p>
      <p class="quiet id">id {id}</p>
      <p class="actions">
        <ProofButton
          path={`${base}/proof`}
          name={`${data.contract}-${data.period}-${data.revision}.proof.ndjson`}
        />
        <button type="button" onClick={() => print()}>
          {say(words.print)}
        </button>
      </p>
    </div>
  );
}

interface Shown {
  readonly identifier: string;
  readonly what: string;
  readonly quantity: string;
  readonly price: string;
  readonly amount: string;
}

function Lines({ of: { data }, explained }: { readonly of: InvoiceEvent; readonly explained: Explanation }) {
  const chosen = query.value['line'];
  const { currency } = data.totals.totalWithoutVat;
  const link = ({ identifier }: Shown) => (
    <a
      href={hrefWith({ line: identifier === chosen ? null : identifier, after: null })}
      aria-current={identifier === chosen ? 'true' : undefined}
    >
      {identifier}
    </a>
  );
  return (
    <section aria-labelledby="lines">
      <h2 id="lines">{say(words.lines)}</h2>
      <p class="quiet screen">{say(words.linesHint)}</p>
      <Table
        caption={say(words.lines)}
        rows={shownLines(data, explained)}
        keyOf={({ identifier }) => identifier}
        isChosen={({ identifier }) => identifier === chosen}
        columns={[
          { head: say(words.line), cell: link },
          { head: say(words.what), cell: ({ what }) => what },
          { head: say(words.quantity), cell: ({ quantity }) => quantity, isFigure: true },
          { head: say(words.price), cell: ({ price }) => price, isFigure: true },
          {
            head: say(words.amount),
            cell: ({ identifier, amount }) => (
              <span data-figure={identifier} data-value={amount}>
                {money(amount, currency)}
              </span>
            ),
            isFigure: true,
          },
        ]}
        foot={<Totals of={data} />}
      />
      <p class={explained.check.agrees ? 'good' : 'fault'}>
        {say(explained.check.agrees ? words.checked : words.notConfirmed)}
      </p>
    </section>
  );
}

function Totals({ of: { totals, vatBreakdown } }: { readonly of: InvoiceEvent['data'] }) {
  const { totalWithoutVat, totalWithVat, roundingResidue } = totals;
  const rows = [
    { name: say(words.totalWithoutVat), ...totalWithoutVat },
    ...vatBreakdown.map(({ vat, taxAmount }) => ({
      name: `${say(words.vat)} ${decimal(vat.rate)} % (${vat.categoryCode})`,
      ...taxAmount,
    })),
    { name: say(words.totalWithVat), ...totalWithVat },
  ];
  return (
    <>
      {rows.map(({ name, amount, currency }) => (
        <tr key={name}>
          <th scope="row" colSpan={4}>
            {name}
          </th>
          <td class="figure">{money(amount, currency)}</td>
        </tr>
      ))}
      {roundingResidue !== '0' && (
        <tr class="quiet">
          <th scope="row" colSpan={4}>
            {say(words.residue)}
          </th>
          <td class="figure">{decimal(roundingResidue, 6)}</td>
        </tr>
      )}
    </>
  );
}

function shownLines(
  { lines, allowancesAndCharges }: InvoiceEvent['data'],
  { entries }: Explanation,
): Shown[] {
  const nameOf = (identifier: string): string =>
    entries.find((entry: ExplainedEntry) => entry.identifier === identifier)?.name ?? '';
  return [
    ...lines.map((line) => ({
      identifier: line.identifier,
      what: [nameOf(line.identifier), line.calendarRule, ...line.bands, line.rate]
        .filter((word) => word !== null && word !== '')
        .join(', '),
      quantity: quantityText(line.measured),
      price: priceText(line),
      amount: line.netAmount.amount,
    })),
    ...allowancesAndCharges.map(({ identifier, percentage, baseAmount, chargeIndicator, amount }) => ({
      identifier,
      what:
        percentage === null || baseAmount === null
          ? nameOf(identifier)
          : `${nameOf(identifier)}, ${percent(percentage)} ${say(words.of)} ${money(baseAmount.amount, baseAmount.currency)}`,
      quantity: '',
      price: '',
      amount: chargeIndicator ? amount.amount : `-${amount.amount}`,
    })),
  ];
}

/** Time as on a clock, and as hours in decimals beside it. */
function quantityText({ quantity, unitCode }: InvoiceLine['measured']): string {
  switch (unitCode) {
    case 'SEC': {
      const hours = decimal(String(Number(quantity) / 3600), 4);
      return `${clockOf(Number(quantity) * 1000)} = ${hours} ${say(words.hour)}`;
    }
    case 'DAY':
      return `${decimal(quantity)} ${say(words.days)}`;
    case 'MON':
      return `${decimal(quantity)} ${say(words.months)}`;
    case 'C62':
      return decimal(quantity);
  }
}

function priceText({ measured, netAmount: { currency } }: InvoiceLine): string {
  const { unitCode, price: amount, priceBaseQuantity: base } = measured;
  const price = money(amount, currency, 2);
  if (unitCode !== 'SEC') return base === '1' ? price : `${price} ${say(words.per)} ${decimal(base)}`;
  return base === '3600' ? `${price} / h` : `${price} ${say(words.per)} ${clockOf(Number(base) * 1000)}`;
}

function Remarks({ of: { remarks } }: { readonly of: Explanation }) {
  if (remarks.length === 0) return null;
  return (
    <section aria-labelledby="remarks">
      <h2 id="remarks">{say(words.remarks)}</h2>
      <ul class="remarks">
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </section>
  );
}
