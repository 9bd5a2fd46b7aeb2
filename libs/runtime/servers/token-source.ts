import { readFile } from 'node:fs/promises';
import type { Secret } from './secret.js';

/** Gives a token that can be shown now. */
export type TokenSource = () => Promise<string>;

/** The identity provider refuses us: another attempt with the same settings is of no use. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

export type TokenSettings =
  | { readonly file: string }
  | {
      readonly url: string;
      readonly clientId: string;
      readonly password: Secret;
      readonly scope: string | null;
    };

/** Before a token expires another one is fetched, since clocks differ and a connection takes some time. */
const marginMs = 30_000;
const timeoutMs = 5_000;

/**
 * A token of the file, read each time (who renews it replaces the file), or one of the provider (grant
 * client_credentials), kept until shortly before it expires. Rejects with `TokenRefused`, or with another
 * error where another attempt may help. No error shows a token or a secret.
 */
export function tokenSource(settings: TokenSettings, nowMs: () => number = Date.now): TokenSource {
  if ('file' in settings) return async () => (await readFile(settings.file, 'utf8')).trim();
  let kept: { readonly token: Promise<FetchedToken>; readonly until: number } | null = null;
  return async () => {
    if (kept === null || kept.until <= nowMs()) {
      const token = fetchToken(settings);
      const fetched = { token, until: Infinity };
      kept = fetched;
      token.then(
        ({ expiresInMs }) => (kept = { token, until: nowMs() + Math.max(0, expiresInMs - marginMs) }),
        () => (kept = kept === fetched ? null : kept),
      );
    }
    return (await kept.token).value;
  };
}

interface FetchedToken {
  readonly value: string;
  readonly expiresInMs: number;
}

async function fetchToken(settings: Exclude<TokenSettings, { file: string }>): Promise<FetchedToken> {
  const { url, clientId, password, scope } = settings;
  const credentials = [clientId, password.reveal()].map(encodeURIComponent).join(':');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === null ? {} : { scope }),
  });
  const where = new URL(url).origin;
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      accept: 'application/json',
    },
    body: form,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    const { cause = error } = error as Error;
    throw new Error(`${where} gives no token: ${Error.isError(cause) ? cause.message : String(cause)}`);
  });
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.status >= 500 || answer.status === 429)
    throw new Error(`${where} gives no token: ${answer.status}`);
  const { access_token: value, expires_in: seconds, error } = said;
  if (!answer.ok || typeof value !== 'string') {
    const why = typeof error === 'string' ? ` ${error.slice(0, 100)}` : '';
    throw new TokenRefused(`${where} gives no token (${answer.status}${why})`);
  }
  return { value, expiresInMs: typeof seconds === 'number' ? seconds * 1_000 : 60_000 };
}
