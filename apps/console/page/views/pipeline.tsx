import { useEffect, useState } from 'preact/hooks';
import type { Refusals, StageLag, Standing } from '../answers.js';
import { clockOf, decimal } from '../format.js';
import { say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { hrefOf } from '../router.js';
import { may, post, Refused } from '../session.js';
import { Table } from '../table.js';
import { stateWords, verdictWords, words } from '../words.js';

/** Lags change by the second; refusals and periods are read whole each time. */
const [lagEachMs, restEachMs] = [2_000, 15_000];

/** What waits: in the stages, for a fix, for a person. */
export function PipelineView() {
  const mayList = may('GET /v1/refusals');
  const maySeePeriods = may('GET /v1/periods');
  return (
    <>
      <h1>{say(words.pipeline)}</h1>
      <Stages />
      {mayList && <Refusals />}
      {maySeePeriods && <Waiting />}
    </>
  );
}

function Stages() {
  const lag = useLoad<{ readonly stages: readonly StageLag[] }>('/v1/lag', useTurns(lagEachMs));
  return (
    <section aria-labelledby="stages">
      <h2 id="stages">{say(words.stages)}</h2>
      <Show of={lag}>
        {({ stages }) => (
          <Table
            caption={say(words.stages)}
            rows={stages}
            keyOf={({ group }) => group}
            columns={[
              { head: say(words.stage), cell: ({ group }) => group },
              {
                head: say(words.partitionsBehind),
                cell: ({ partitions, partitionsBehind }) => `${partitionsBehind} / ${partitions}`,
                isFigure: true,
              },
              {
                head: say(words.records),
                cell: ({ group, lagRecords }) => (
                  <span data-figure={`lag-${group}`} data-value={lagRecords}>
                    {decimal(String(lagRecords))}
                  </span>
                ),
                isFigure: true,
              },
              {
                head: say(words.age),
                cell: ({ lagSeconds }) => (lagSeconds === 0 ? '–' : clockOf(lagSeconds * 1_000)),
                isFigure: true,
              },
              {
                head: say(words.verdict),
                cell: ({ verdict }) => <span class={`state ${verdict}`}>{say(verdictWords[verdict])}</span>,
              },
            ]}
          />
        )}
      </Show>
    </section>
  );
}

function Refusals() {
  const [sent, setSent] = useState(0);
  const refusals = useLoad<Refusals>('/v1/refusals?limit=100', useTurns(restEachMs) + sent);
  return (
    <section aria-labelledby="refused">
      <h2 id="refused">{say(words.refused)}</h2>
      <Show of={refusals}>
        {({ byReason, refusals: newest }) =>
          byReason.length === 0 ? (
            <p class="quiet">{say(words.nothingRefused)}</p>
          ) : (
            <>
              <ByReason of={byReason} onSent={() => setSent((times) => times + 1)} />
              <Newest of={newest} />
            </>
          )
        }
      </Show>
    </section>
  );
}

function ByReason({ of, onSent }: { readonly of: Refusals['byReason']; readonly onSent: () => void }) {
  const mayRedrive = may('POST /v1/refusals/redrive');
  return (
    <Table
      caption={say(words.refused)}
      rows={of}
      keyOf={({ reason }) => reason}
      columns={[
        { head: say(words.reason), cell: ({ reason }) => <code>{reason}</code> },
        {
          head: say(words.rows),
          cell: ({ reason, rows }) => (
            <span data-figure={`refused-${reason}`} data-value={rows}>
              {decimal(String(rows))}
            </span>
          ),
          isFigure: true,
        },
        ...(mayRedrive
          ? [
              {
                head: say(words.sendAgain),
                cell: ({ reason }: Refusals['byReason'][number]) => (
                  <SendAgain reason={reason} onSent={onSent} />
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function SendAgain({ reason, onSent }: { readonly reason: string; readonly onSent: () => void }) {
  const [answer, setAnswer] = useState<string | null>(null);
  const send = async (): Promise<void> => {
    try {
      const sent = await post(`/v1/refusals/redrive?reason=${encodeURIComponent(reason)}`);
      const { redriven } = (await sent.json()) as { readonly redriven: number };
      setAnswer(`${decimal(String(redriven))} ${say(words.sentAgain)}`);
      onSent();
    } catch (error) {
      setAnswer(error instanceof Refused ? error.answer.detail : say(words.noAnswer));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void send()}>
        {say(words.sendAgain)}
        <span class="unseen"> {reason}</span>
      </button>{' '}
      {answer !== null && <span role="status">{answer}</span>}
    </>
  );
}

function Newest({ of }: { readonly of: Refusals['refusals'] }) {
  return (
    <Table
      caption={say(words.why)}
      rows={of.toReversed()}
      keyOf={({ id }) => id}
      columns={[
        { head: say(words.connection), cell: ({ connection }) => connection ?? '–' },
        { head: say(words.field), cell: ({ path }) => (path === '' ? '–' : path) },
        { head: say(words.why), cell: ({ message }) => message },
      ]}
    />
  );
}

/** Periods that are due and are not closed by themselves. */
function Waiting() {
  const standings = useLoad<{ readonly periods: readonly Standing[] }>('/v1/periods', useTurns(restEachMs));
  return (
    <section aria-labelledby="to-close">
      <h2 id="to-close">{say(words.toClose)}</h2>
      <Show of={standings}>
        {({ periods }) => {
          const waiting = periods.filter(({ held, waitsFor }) => held !== null || waitsFor !== null);
          if (waiting.length === 0) return <p class="quiet">{say(words.nothingWaits)}</p>;
          return (
            <Table
              caption={say(words.toClose)}
              rows={waiting}
              keyOf={({ contract, period }) => `${contract} ${period}`}
              columns={[
                {
                  head: say(words.contract),
                  cell: ({ contract, period }) => (
                    <a href={hrefOf('contract', { contract, period })}>
                      {contract} {period}
                    </a>
                  ),
                },
                { head: say(words.state), cell: ({ state }) => say(stateWords[state]) },
                {
                  head: say(words.why),
                  cell: ({ held, waitsFor }) =>
                    held === null ? waitsFor?.detail : `${say(words.held)}: ${held.reason}`,
                },
              ]}
            />
          );
        }}
      </Show>
    </section>
  );
}

/** Grows by one each time so many ms have passed. */
function useTurns(eachMs: number): number {
  const [turns, setTurns] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurns((before) => before + 1), eachMs);
    return () => clearInterval(timer);
  }, [eachMs]);
  return turns;
}
