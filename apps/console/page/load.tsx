import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say } from './language.js';
import { get, Refused } from './session.js';
import { words } from './words.js';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'loaded'; readonly value: T };

/**
 * An answer of the API, asked again where the path changes; null: nothing is asked. `turn`: raised, asks the
 * same once more, and what was there is shown until the answer comes.
 */
export function useLoad<T>(path: string | null, turn = 0): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly path?: string | null }>({ state: 'loading' });
  useEffect(() => {
    if (path === null) return undefined;
    const asked = new AbortController();
    get(path, asked.signal)
      .then(async (answer) => setLoaded({ state: 'loaded', value: (await answer.json()) as T, path }))
      .catch((error: unknown) => {
        if (asked.signal.aborted) return;
        setLoaded({ state: 'failed', detail: detailOf(error), path });
      });
    return () => asked.abort();
  }, [path, turn]);
  return loaded.path === path ? loaded : { state: 'loading' };
}

function detailOf(error: unknown): string {
  return error instanceof Refused ? error.answer.detail : say(words.noAnswer);
}

/** What is shown of an answer once it is there. */
export function Show<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  switch (of.state) {
    case 'loading':
      return (
        <p class="quiet" role="status">
          {say(words.loading)}
        </p>
      );
    case 'failed':
      return (
        <p class="fault" role="alert">
          {of.detail}
        </p>
      );
    case 'loaded':
      return <>{children(of.value)}</>;
  }
}
