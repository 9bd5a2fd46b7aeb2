import type { Contacts, Explanation } from '../answers.js';
import { decimal, time } from '../format.js';
import { lang, say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { hrefWith, query } from '../router.js';
import { Table } from '../table.js';
import { kindWords, words } from '../words.js';

interface LineProps {
  readonly base: string;
  readonly line: string;
  readonly explained: Explanation;
}

/** One line of an invoice: the steps to its amount, and the contacts, outcomes and agent time that it counts. */
export function Line({ base, line, explained }: LineProps) {
  const entry = explained.entries.find(({ identifier }) => identifier === line);
  if (entry === undefined) return null;
  return (
    <section class="line screen" aria-labelledby="line">
      <div class="heading">
        <h2 id="line">
          {entry.identifier} <span class="quiet">{entry.name}</span>
        </h2>
        <a href={hrefWith({ line: null, after: null })}>{say(words.close)}</a>
      </div>
      <h3>{say(words.stepsOf)}</h3>
      <Table
        caption={`${say(words.stepsOf)}: ${entry.identifier}`}
        rows={entry.steps}
        keyOf={({ row }) => row}
        columns={[
          { head: say(words.row), cell: ({ row }) => row },
          { head: say(words.step), cell: ({ step }) => step },
          { head: say(words.how), cell: ({ how }) => how },
          { head: say(words.result), cell: ({ result }) => result, isFigure: true },
        ]}
      />
      {entry.kind !== 'vat' && <Work base={base} line={line} />}
    </section>
  );
}

function Work({ base, line }: { readonly base: string; readonly line: string }) {
  const { after = '0' } = query.value;
  const contacts = useLoad<Contacts>(
    `${base}/contacts?line=${encodeURIComponent(line)}&lang=${lang.value}&after=${after}&limit=25`,
  );
  return (
    <>
      <h3>{say(words.workOf)}</h3>
      <Show of={contacts}>
        {(shown) =>
          shown.total.count === 0 ? (
            <p class="quiet">{say(words.nothingCounted)}</p>
          ) : (
            <>
              <p data-figure="work">
                {decimal(String(shown.total.count))} {say(words.inAll)} {shown.total.text}
              </p>
              <WorkTable of={shown} line={line} />
              <p class="links">
                {after !== '0' && <a href={hrefWith({ after: null })}>{say(words.first)}</a>}
                {shown.next !== null && (
                  <a href={hrefWith({ after: String(shown.next) })}>{say(words.more)}</a>
                )}
              </p>
            </>
          )
        }
      </Show>
    </>
  );
}

function WorkTable({ of: { work, timeZone }, line }: { readonly of: Contacts; readonly line: string }) {
  return (
    <Table
      caption={`${say(words.workOf)}: ${line}`}
      rows={work}
      keyOf={({ number }) => String(number)}
      columns={[
        { head: say(words.number), cell: ({ number }) => String(number), isFigure: true },
        {
          head: say(words.work),
          cell: ({ kind, id }) => (
            <>
              {say(kindWords[kind])} {id !== null && <code>{id}</code>}
            </>
          ),
        },
        {
          head: `${say(words.began)} (${timeZone})`,
          cell: ({ startedAt }) => <time dateTime={startedAt}>{time(startedAt, timeZone)}</time>,
        },
        { head: say(words.queue), cell: ({ queue }) => queue ?? '–' },
        { head: say(words.agents), cell: ({ agents }) => (agents.length === 0 ? '–' : agents.join(', ')) },
        { head: say(words.counts), cell: ({ text }) => text, isFigure: true },
      ]}
    />
  );
}
