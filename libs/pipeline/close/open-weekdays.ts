import type { Contract } from '#domain/contract/contract.js';
import { localDay } from '#domain/period/period.js';
import { dayMs, parseDay, weekdayOf } from '#domain/period/zone.js';

/** Of a programme how many contacts were offered, by local day. */
export interface DailyContacts {
  /** null: there is no such programme. */
  timeZone(programme: string): string | null;
  read(
    programme: string,
    span: { readonly from: string; readonly to: string; readonly by: 'day'; readonly asOf: number },
  ): Promise<{
    readonly groups: readonly { readonly name: string; readonly kpis: { readonly offered: number } }[];
  } | null>;
}

const everyDay: readonly number[] = [1, 2, 3, 4, 5, 6, 7];
const lookedAtDays = 28;

/**
 * Days of the week (1 Monday to 7 Sunday) on which the programme of a contract had contacts in the four weeks
 * up to an instant (UTC epoch ms). All of them where it had none at all.
 */
export async function openWeekdays(
  contacts: DailyContacts,
  { programme }: Pick<Contract, 'programme'>,
  at: number,
): Promise<readonly number[]> {
  const timeZone = contacts.timeZone(programme);
  if (timeZone === null) return everyDay;
  const from = localDay(at - lookedAtDays * dayMs, timeZone);
  const to = localDay(at - 1, timeZone);
  const report = await contacts.read(programme, { from, to, by: 'day', asOf: at });
  const open = (report?.groups ?? []).filter(({ kpis: { offered } }) => offered > 0);
  const weekdays = new Set(open.map(({ name }) => weekdayOf(parseDay(name))));
  return weekdays.size === 0 ? everyDay : [...weekdays].sort((a, b) => a - b);
}
