import type { AccruedContract, Forecast } from '../answers.js';
import { decimal, money } from '../format.js';
import { lang, say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { Table } from '../table.js';
import { accruedWords, words } from '../words.js';

/** What the period that lasts is expected to end with, and what its next thresholds take. */
export function ForecastPart({ contract, period }: { readonly contract: string; readonly period: string }) {
  const base = `/v1/contracts/${encodeURIComponent(contract)}`;
  const forecast = useLoad<Forecast>(`${base}/forecast?lang=${lang.value}`);
  return (
    <section aria-labelledby="outlook">
      <h2 id="outlook">{say(words.outlook)}</h2>
      <Show of={forecast}>{(value) => value.period === period && <Expected of={value} />}</Show>
    </section>
  );
}

function Expected({ of: { currency, method, forecast, targets } }: { readonly of: Forecast }) {
  const { name, elapsedDays, remainingDays } = method;
  return (
    <>
      {forecast === null ? (
        <p class="quiet">{say(words.early)}</p>
      ) : (
        <>
          <p class="total" data-figure="forecast" data-value={forecast.net}>
            {money(forecast.net, currency)} <small>{say(words.forecast)}</small>
          </p>
          <p class="quiet">
            {say(words.forecastHint)} {decimal(elapsedDays)} {say(words.elapsed)}, {decimal(remainingDays)}{' '}
            {say(words.remaining)} ({name}).
          </p>
          <Table
            caption={say(words.outlook)}
            rows={[...forecast.lines, ...forecast.allowancesAndCharges]}
            keyOf={({ id }) => id}
            columns={[
              { head: say(words.line), cell: ({ id }) => id },
              { head: say(words.what), cell: (entry) => entry.name },
              {
                head: say(words.amount),
                cell: ({ id, amount }) => (
                  <span data-figure={`forecast ${id}`} data-value={amount}>
                    {money(amount, currency)}
                  </span>
                ),
                isFigure: true,
              },
            ]}
          />
        </>
      )}
      {targets.length > 0 && (
        <>
          <h3>{say(words.targets)}</h3>
          <ul>
            {targets.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** What is earned of the contract in all, and not yet invoiced. */
export function AccrualPart({ contract }: { readonly contract: string }) {
  const accrual = useLoad<AccruedContract>(`/v1/contracts/${encodeURIComponent(contract)}/accrual`);
  return (
    <section aria-labelledby="accrual">
      <h2 id="accrual">{say(words.ofContract)}</h2>
      <Show of={accrual}>{(value) => <Accrued of={value} />}</Show>
    </section>
  );
}

function Accrued({ of: { currency, net, parts, provisional } }: { readonly of: AccruedContract }) {
  return (
    <>
      <p class="total" data-figure="earned" data-value={net}>
        {money(net, currency)} <small>{say(words.acrossPeriods)}</small>
      </p>
      <Table
        caption={say(words.ofContract)}
        rows={parts}
        keyOf={({ kind, period, revision }) => `${kind} ${period} ${revision}`}
        columns={[
          { head: say(words.period), cell: ({ period }) => period },
          { head: say(words.what), cell: ({ kind }) => say(accruedWords[kind]) },
          { head: say(words.amount), cell: (part) => money(part.net, currency), isFigure: true },
        ]}
      />
      {provisional.map(({ period, clause, name, reason, amount }) => (
        <p key={`${period} ${clause} ${reason}`} class="quiet">
          {say(words.provisionalOf)} {name} ({period}), {money(amount, currency)}
        </p>
      ))}
    </>
  );
}
