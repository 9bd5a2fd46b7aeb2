import type { ContractOfMe, Standing } from '../answers.js';
import { time } from '../format.js';
import { say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { hrefOf } from '../router.js';
import { me } from '../session.js';
import { Table } from '../table.js';
import { stateWords, words } from '../words.js';

/** The contracts that the asker may see, with their periods. */
export function ContractsView() {
  const { value } = me;
  const contracts = value === null || value === 'unknown' ? [] : value.contracts;
  return (
    <>
      <h1>{say(words.contracts)}</h1>
      {contracts.length === 0 && <p class="quiet">{say(words.noContracts)}</p>}
      {contracts.map((contract) => (
        <Contract key={contract.id} contract={contract} />
      ))}
    </>
  );
}

function Contract({ contract }: { readonly contract: ContractOfMe }) {
  const standings = useLoad<{ readonly periods: readonly Standing[] }>(
    `/v1/contracts/${encodeURIComponent(contract.id)}/periods`,
  );
  return (
    <section aria-labelledby={`contract-${contract.id}`}>
      <h2 id={`contract-${contract.id}`}>
        {contract.id} <span class="quiet">{contract.buyer}</span>
      </h2>
      <Show of={standings}>
        {({ periods }) => (
          <Table
            caption={`${say(words.periodsOf)} ${contract.id}`}
            rows={periods.toReversed()}
            keyOf={({ period }) => period}
            columns={[
              {
                head: say(words.period),
                cell: ({ period }) => (
                  <a href={hrefOf('contract', { contract: contract.id, period })}>{period}</a>
                ),
              },
              { head: say(words.state), cell: (standing) => <State of={standing} /> },
              {
                head: say(words.due),
                cell: ({ dueAt }) => (dueAt === null ? say(words.byPerson) : time(dueAt, contract.timeZone)),
              },
              { head: say(words.invoices), cell: (standing) => <Invoices of={standing} /> },
            ]}
          />
        )}
      </Show>
    </section>
  );
}

function State({ of: { state, held, waitsFor } }: { readonly of: Standing }) {
  return (
    <>
      <span class={`state ${state}`}>{say(stateWords[state])}</span>
      {held !== null && (
        <span class="quiet">
          {' '}
          {say(words.held)}: {held.reason}
        </span>
      )}
      {waitsFor !== null && (
        <span class="quiet">
          {' '}
          {say(words.waits)}: {waitsFor.detail}
        </span>
      )}
    </>
  );
}

function Invoices({ of: { contract, period, revision } }: { readonly of: Standing }) {
  const revisions = Array.from({ length: revision }, (_, index) => String(index + 1));
  return (
    <span class="links">
      {revisions.map((number) => (
        <a key={number} href={hrefOf('invoice', { contract, period, revision: number })}>
          {number === '1' ? say(words.invoice) : `${say(words.adjustment)} ${number}`}
          <span class="unseen">
            {' '}
            {contract} {period}
          </span>
        </a>
      ))}
    </span>
  );
}
