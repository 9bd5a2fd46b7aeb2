import type { ContractDocument, KpiSoFar, PeriodSoFar } from '../answers.js';
import { clockOf, decimal, money, percent } from '../format.js';
import { lang, say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { hrefOf, query } from '../router.js';
import { Table } from '../table.js';
import { words } from '../words.js';
import { AccrualPart, ForecastPart } from './outlook.js';

/**
 * A period of a contract so far, where the address names one, what is earned in all, and the clauses beside
 * it: the same for both parties.
 */
export function ContractView() {
  const { contract = '', period = '' } = query.value;
  const base = `/v1/contracts/${encodeURIComponent(contract)}`;
  const clauses = useLoad<ContractDocument>(`${base}/clauses?lang=${lang.value}`);
  return (
    <article>
      <p class="quiet trail">
        <a href={hrefOf('contracts')}>{say(words.contracts)}</a> / {contract}
      </p>
      <h1>
        {contract}
        {period !== '' && `, ${period}`}
      </h1>
      <div class="beside">
        <div>
          {period !== '' && <PeriodPart contract={contract} period={period} />}
          <AccrualPart contract={contract} />
        </div>
        <div>
          <Show of={clauses}>{(value) => <Clauses of={value} />}</Show>
        </div>
      </div>
    </article>
  );
}

function PeriodPart({ contract, period }: { readonly contract: string; readonly period: string }) {
  const path = `/v1/contracts/${encodeURIComponent(contract)}/periods/${encodeURIComponent(period)}`;
  const soFar = useLoad<PeriodSoFar>(path);
  return (
    <Show of={soFar}>
      {(value) => (
        <>
          <Figures of={value} />
          {lasts(value) && <ForecastPart contract={contract} period={period} />}
        </>
      )}
    </Show>
  );
}

function lasts({ from, to }: PeriodSoFar): boolean {
  const now = Date.now();
  return Date.parse(from) <= now && now < Date.parse(to);
}

function Figures({ of }: { readonly of: PeriodSoFar }) {
  const { accrued, currency, closed } = of;
  return (
    <>
      <p class="total" data-figure="accrued" data-value={accrued.net}>
        {money(accrued.net, currency)} <small>{say(words.accrued)}</small>
      </p>
      <p class="quiet">{say(words.accruedHint)}</p>
      {closed !== null && (
        <p>
          {say(words.invoicedSoFar)} {money(closed.invoiced, currency)}
        </p>
      )}
      <Lines of={of} />
      {of.kpis.length > 0 && <Kpis of={of.kpis} />}
      {of.notes.map(({ clause, message }) => (
        <p key={clause} class="quiet">
          {clause}: {message}
        </p>
      ))}
    </>
  );
}

function Lines({ of: { lines, allowancesAndCharges, currency } }: { readonly of: PeriodSoFar }) {
  const rows = [
    ...lines.map(({ id, name, amount }) => ({ id, name, amount })),
    ...allowancesAndCharges.map(({ id, name, amount }) => ({ id, name, amount })),
  ];
  return (
    <Table
      caption={say(words.linesSoFar)}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { head: say(words.line), cell: ({ id }) => id },
        { head: say(words.what), cell: ({ name }) => name },
        {
          head: say(words.amount),
          cell: ({ id, amount }) => (
            <span data-figure={id} data-value={amount}>
              {money(amount, currency)}
            </span>
          ),
          isFigure: true,
        },
      ]}
    />
  );
}

/** With what it is judged by: the clauses of the contract say the targets. */
function Kpis({ of }: { readonly of: readonly KpiSoFar[] }) {
  return (
    <section aria-labelledby="kpis">
      <h2 id="kpis">{say(words.kpis)}</h2>
      <Table
        caption={say(words.kpis)}
        rows={of}
        keyOf={({ kpi }) => kpi}
        columns={[
          { head: say(words.kpi), cell: ({ kpi }) => kpi },
          { head: say(words.value), cell: valueOf, isFigure: true },
          {
            head: say(words.fraction),
            cell: countedOf,
            isFigure: true,
          },
        ]}
      />
    </section>
  );
}

function valueOf({ value, unit }: KpiSoFar): string {
  if (value === null) return say(words.noData);
  switch (unit) {
    case 'ratio':
      return percent(value, 2);
    case 'seconds':
      return `${decimal(value, 1)} s`;
    case 'perHour':
      return `${decimal(value, 2)} / h`;
    case 'points':
    case 'score':
      return decimal(value, 2);
  }
}

/** What is divided, in the unit of the value: the API has integers, of seconds and scores thousandths. */
function countedOf({ numerator, denominator, unit }: KpiSoFar): string {
  const of = (value: number): string => decimal(String(value));
  switch (unit) {
    case 'seconds':
      return `${of(numerator / 1_000)} s / ${of(denominator)}`;
    case 'score':
      return `${of(numerator / 1_000)} / ${of(denominator)}`;
    case 'perHour':
      return `${of(numerator)} / ${clockOf(denominator)}`;
    case 'ratio':
    case 'points':
      return `${of(numerator)} / ${of(denominator)}`;
  }
}

function Clauses({ of: { articles } }: { readonly of: ContractDocument }) {
  return (
    <section class="clauses" aria-labelledby="clauses">
      <h2 id="clauses">{say(words.clauses)}</h2>
      {articles.map((article) => (
        <div key={article.title}>
          <h3>{article.title}</h3>
          {article.clauses.map(({ id, text, items }) => (
            <div key={id} id={`clause-${id}`}>
              <p>{text}</p>
              {items.length > 0 && (
                <ol type="a">
                  {items.map((item) => (
                    <li key={item}>{item}</li>
                  ))}
                </ol>
              )}
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}
