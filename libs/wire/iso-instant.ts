/**
 * The instant (whole UTC epoch ms) as ISO 8601, as `Date` writes it; in a third of its time, as instants that
 * come together lie mostly within one day.
 */
export function isoInstant(at: number): string {
  const day = Math.floor(at / dayMs);
  if (day !== lastDay.day) lastDay = { day, text: new Date(day * dayMs).toISOString().slice(0, -13) };
  const ms = at - day * dayMs;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const [hour, minute, second] = [two[Math.floor(minutes / 60)], two[minutes % 60], two[seconds % 60]];
  return `${lastDay.text}${hour}:${minute}:${second}.${three[ms % 1_000]}Z`;
}

const dayMs = 86_400_000;
let lastDay = { day: NaN, text: '' };

const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const three = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(3, '0'));
