import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DayByQuarterHour, QuarterHour } from '../answers.js';
import { decimal, percent } from '../format.js';
import { locale, say } from '../language.js';
import { Show, useLoad } from '../load.js';
import { chosenProgramme, ProgrammeChoice } from '../programme-choice.js';
import { go, hrefWith, query } from '../router.js';
import { Table } from '../table.js';
import { words } from '../words.js';

function choose(event: SubmitEvent): void {
  event.preventDefault();
  const day = new FormData(event.currentTarget as HTMLFormElement).get('day');
  if (typeof day === 'string') go(hrefWith({ day }));
}

/** A day of a programme by quarter-hours, as a plot and as the table of the same figures. */
export function DayView() {
  const programme = chosenProgramme();
  const { day = 'today' } = query.value;
  const path =
    programme === undefined
      ? null
      : `/v1/programmes/${encodeURIComponent(programme)}/kpis?from=${encodeURIComponent(day)}&by=quarter-hour`;
  const figures = useLoad<DayByQuarterHour>(path);
  return (
    <>
      <h1>{say(words.day)}</h1>
      <ProgrammeChoice />
      <form class="filter" onSubmit={choose}>
        <label>
          {say(words.date)} <input type="date" name="day" value={day === 'today' ? '' : day} required />
        </label>
        <button type="submit">{say(words.show)}</button>
      </form>
      <Show of={figures}>
        {(shown) => (
          <>
            <h2>
              {shown.from} <span class="quiet">{shown.timeZone}</span>
            </h2>
            {shown.rows.length === 0 ? <p class="quiet">{say(words.noWork)}</p> : <Figures of={shown} />}
          </>
        )}
      </Show>
    </>
  );
}

function Figures({ of: { rows, timeZone } }: { readonly of: DayByQuarterHour }) {
  return (
    <>
      <Plot rows={rows} timeZone={timeZone} />
      <Table
        caption={say(words.byQuarterHour)}
        isCaptionHidden={false}
        rows={rows}
        keyOf={(row) => row['quarter-hour']}
        columns={[
          { head: say(words.quarterHour), cell: (row) => clockOf(row['quarter-hour']) },
          { head: say(words.offeredOf), cell: ({ offered }) => decimal(String(offered)), isFigure: true },
          { head: say(words.answered), cell: ({ answered }) => decimal(String(answered)), isFigure: true },
          { head: say(words.abandoned), cell: ({ abandoned }) => decimal(String(abandoned)), isFigure: true },
          { head: say(words.answerRate), cell: ({ ratios }) => ratio(ratios.answerRate), isFigure: true },
          { head: say(words.asa), cell: ({ ratios }) => seconds(ratios.asaMs), isFigure: true },
          { head: say(words.aht), cell: ({ ratios }) => seconds(ratios.ahtMs), isFigure: true },
        ]}
      />
    </>
  );
}

/** By the clock of the programme, as the answer has it; with the offset, which keeps the two hours of a DST night apart. */
function clockOf(quarterHour: string): string {
  return `${quarterHour.slice(11, 16)} ${quarterHour.slice(19)}`;
}

function ratio(value: number | null): string {
  return value === null ? '–' : percent(String(value), 1);
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${decimal(String(Math.round(ms / 1000)))} s`;
}

function Plot({ rows, timeZone }: { readonly rows: readonly QuarterHour[]; readonly timeZone: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const plot = new uPlot(optionsOf(place.current, timeZone), dataOf(rows), place.current);
    return () => plot.destroy();
  }, [rows, timeZone, locale.value]);
  return <div class="plot" ref={place} aria-hidden="true" />;
}

function dataOf(rows: readonly QuarterHour[]): uPlot.AlignedData {
  return [
    rows.map((row) => Date.parse(row['quarter-hour']) / 1000),
    rows.map(({ offered }) => offered),
    rows.map(({ answered }) => answered),
  ];
}

function optionsOf(place: HTMLElement, timeZone: string): uPlot.Options {
  const style = getComputedStyle(place);
  const [ink, accent] = [style.color, style.outlineColor];
  const bars = uPlot.paths.bars?.({ size: [0.8, 40] });
  const shape = { ...(bars !== undefined && { paths: bars }), points: { show: false } };
  const clock = new Intl.DateTimeFormat(locale.value, { timeZone, timeStyle: 'short' });
  const axis = { stroke: ink, grid: { stroke: style.borderTopColor, width: 1 } };
  return {
    width: place.clientWidth,
    height: 260,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1e3), timeZone),
    axes: [{ ...axis, values: (_, instants) => instants.map((at) => clock.format(at * 1000)) }, axis],
    series: [
      {},
      { label: say(words.offeredOf), stroke: ink, width: 1, ...shape },
      { label: say(words.answered), fill: accent, ...shape },
    ],
    legend: { live: false },
  };
}
