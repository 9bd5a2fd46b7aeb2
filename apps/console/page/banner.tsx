import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { locale, say } from './language.js';
import { words } from './words.js';

/** How often the pipeline is asked whether it moves, and how long an answer may take: in all below 5 s. */
const [askEachMs, timeoutMs] = [1_500, 2_500];

interface Stale {
  /** UTC epoch ms of the last moment at which all was well. */
  readonly since: number;
  readonly why: string;
}

const stale = signal<Stale | null>(null);

/** Says since when figures no longer move, and why. */
export function Banner() {
  useEffect(() => {
    let [goodAt, timer] = [Date.now(), 0];
    const ask = async (): Promise<void> => {
      const why = await whatIsWrong();
      if (why === null) goodAt = Date.now();
      stale.value = why === null ? null : { since: goodAt, why };
      timer = setTimeout(() => void ask(), askEachMs);
    };
    void ask();
    return () => clearTimeout(timer);
  }, []);
  const { value } = stale;
  if (value === null) return null;
  const since = new Intl.DateTimeFormat(locale.value, { timeStyle: 'medium' }).format(value.since);
  return (
    <p class="banner" role="alert">
      <strong>
        {say(words.stale)} {since}
      </strong>{' '}
      {value.why}
    </p>
  );
}

/** null: the stages go on, and the log acknowledges. */
async function whatIsWrong(): Promise<string | null> {
  try {
    const answer = await fetch('/health/ready', { signal: AbortSignal.timeout(timeoutMs) });
    if (answer.ok) return null;
    return ((await answer.json()) as { readonly detail?: string }).detail ?? '';
  } catch {
    return say(words.noAnswer);
  }
}
