import { useEffect, useState } from 'preact/hooks';
import { get } from './session.js';

const retryMs = 1_000;

/**
 * The last server-sent event of a path, and whether more can come. By `fetch`, since `EventSource` sends no
 * key; connects again where it was, with the id of the last event.
 */
export function useLive<T>(path: string | null): { readonly value: T | null; readonly isLive: boolean } {
  const [value, setValue] = useState<{ readonly path: string; readonly data: T } | null>(null);
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    if (path === null) return undefined;
    const stopped = new AbortController();
    void follow<T>(path, stopped.signal, (data) => setValue({ path, data }), setIsLive);
    return () => stopped.abort();
  }, [path]);
  return { value: value?.path === path ? value.data : null, isLive };
}

async function follow<T>(
  path: string,
  stopped: AbortSignal,
  onData: (data: T) => void,
  onLive: (isLive: boolean) => void,
): Promise<void> {
  let last: string | null = null;
  while (!stopped.aborted) {
    try {
      const headers: Record<string, string> = last === null ? {} : { 'last-event-id': last };
      const { body } = await get(path, stopped, headers);
      onLive(true);
      for await (const event of eventsOf(body)) {
        last = event.id;
        onData(JSON.parse(event.data) as T);
      }
    } catch {
      // Asked again below; what is wrong is said by the banner.
    }
    if (stopped.aborted) return;
    onLive(false);
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

async function* eventsOf(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ readonly id: string; readonly data: string }> {
  if (body === null) return;
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const id = /^id: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (id !== undefined && data !== undefined) yield { id, data };
    }
  }
}
