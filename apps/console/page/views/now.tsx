import { useEffect, useState } from 'preact/hooks';
import type { AgentNow, DayFigures, GoingOn, QueueNow } from '../answers.js';
import { clockOf, decimal, percent, time } from '../format.js';
import { say } from '../language.js';
import { useLive } from '../live.js';
import { Show, useLoad } from '../load.js';
import { chosenProgramme, ProgrammeChoice } from '../programme-choice.js';
import { may } from '../session.js';
import { Table } from '../table.js';
import { agentStateWords, words } from '../words.js';

/** What goes on in a programme at this moment, live. */
export function NowView() {
  const programme = chosenProgramme();
  const path = programme === undefined ? null : `/v1/programmes/${encodeURIComponent(programme)}/now/events`;
  const { value, isLive } = useLive<GoingOn>(path);
  return (
    <>
      <h1>{say(words.now)}</h1>
      <ProgrammeChoice />
      {programme !== undefined && may('GET /v1/programmes/:id/kpis') && <Today programme={programme} />}
      {value === null ? (
        <p class="quiet" role="status">
          {say(words.loading)}
        </p>
      ) : (
        <GoesOn of={value} isLive={isLive} />
      )}
    </>
  );
}

/** Since the first answer: the clock of the server is what waits are reckoned from. */
function useClock(at: string): number {
  const [now, setNow] = useState(Date.now());
  const [start, setStart] = useState({ at, server: Date.parse(at), here: Date.now() });
  useEffect(() => {
    if (start.at !== at) setStart({ at, server: Date.parse(at), here: Date.now() });
  }, [at]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return start.server + Math.max(0, now - start.here);
}

function GoesOn({ of, isLive }: { readonly of: GoingOn; readonly isLive: boolean }) {
  const now = useClock(of.at);
  const since = (instant: string | null): string =>
    instant === null ? '–' : clockOf(Math.max(0, now - Date.parse(instant)));
  return (
    <>
      <p class="quiet">
        <span class={isLive ? 'pulse' : ''} /> {say(isLive ? words.live : words.notLive)} ·{' '}
        {time(of.at, of.timeZone)}, {of.timeZone}
      </p>
      <dl class="figures">
        <Figure name={say(words.waiting)} value={decimal(String(of.waiting))} id="waiting" />
        <Figure name={say(words.longestWait)} value={since(of.waitingSince)} id="longestWait" />
        <Figure name={say(words.talking)} value={decimal(String(of.talking))} id="talking" />
      </dl>
      <section aria-labelledby="queues">
        <h2 id="queues">{say(words.queues)}</h2>
        <Queues of={of.queues} since={since} />
      </section>
      <section aria-labelledby="agents">
        <h2 id="agents">{say(words.agents)}</h2>
        <Agents of={of.agents} since={since} />
      </section>
    </>
  );
}

type Since = (instant: string | null) => string;

function Queues({ of, since }: { readonly of: readonly QueueNow[]; readonly since: Since }) {
  return (
    <Table
      caption={say(words.queues)}
      rows={of}
      keyOf={({ queue }) => queue}
      columns={[
        { head: say(words.queue), cell: ({ queue }) => queue },
        { head: say(words.waiting), cell: ({ waiting }) => decimal(String(waiting)), isFigure: true },
        {
          head: say(words.longestWait),
          cell: ({ waitingSince }) => since(waitingSince),
          isFigure: true,
        },
      ]}
    />
  );
}

function Agents({ of, since }: { readonly of: readonly AgentNow[]; readonly since: Since }) {
  if (of.length === 0) return <p class="quiet">{say(words.noAgents)}</p>;
  return (
    <Table
      caption={say(words.agents)}
      rows={of}
      keyOf={({ agent }) => agent}
      columns={[
        { head: say(words.agent), cell: ({ agent }) => agent },
        {
          head: say(words.state),
          cell: ({ state, code, reason }) => (
            <>
              {state === null ? say(words.unmapped) : say(agentStateWords[state] ?? [state, state])}{' '}
              {code !== null && <code>{reason === null ? code : `${code} ${reason}`}</code>}
            </>
          ),
        },
        { head: say(words.since), cell: ({ since: start }) => since(start), isFigure: true },
        { head: say(words.contacts), cell: ({ contacts }) => decimal(String(contacts)), isFigure: true },
      ]}
    />
  );
}

function Today({ programme }: { readonly programme: string }) {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  const id = encodeURIComponent(programme);
  const today = useLoad<DayFigures>(`/v1/programmes/${id}/kpis?from=today#${turn}`);
  const yesterday = useLoad<DayFigures>(`/v1/programmes/${id}/kpis?from=yesterday`);
  const before = yesterday.state === 'loaded' ? yesterday.value : null;
  return (
    <Show of={today}>
      {(figures) => (
        <dl class="figures">
          <Figure
            name={say(words.offered)}
            value={decimal(String(figures.offered))}
            before={before === null ? null : decimal(String(before.offered))}
          />
          <Figure
            name={say(words.serviceLevel)}
            value={ratio(serviceLevelOf(figures))}
            before={before === null ? null : ratio(serviceLevelOf(before))}
          />
          <Figure
            name={say(words.abandonment)}
            value={ratio(figures.ratios.abandonmentRate)}
            before={before === null ? null : ratio(before.ratios.abandonmentRate)}
          />
        </dl>
      )}
    </Show>
  );
}

/** The first that the programme is shown by: the figures name its variant and threshold. */
function serviceLevelOf({ figures }: DayFigures): number | null {
  return figures.find(({ definition }) => definition === 'serviceLevel')?.value ?? null;
}

function ratio(value: number | null): string {
  return value === null ? '–' : percent(String(value), 1);
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly before?: string | null;
  readonly id?: string;
}

function Figure({ name, value, before = null, id }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure={id}>
        {value}
        {before !== null && (
          <small>
            {' '}
            {say(words.yesterday)} {before}
          </small>
        )}
      </dd>
    </div>
  );
}
