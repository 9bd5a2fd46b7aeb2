import { effect, signal } from '@preact/signals';
import type { Me, ProblemAnswer } from './answers.js';

const stored = 'tallyline-key';

/** The API key of this tab; null: none is needed, or none was given yet. */
const key = signal(sessionStorage.getItem(stored));
effect(() => {
  if (key.value === null) sessionStorage.removeItem(stored);
  else sessionStorage.setItem(stored, key.value);
});

/** Who asks; `unknown` until that is found out, null where a key has to be given. */
export const me = signal<Me | null | 'unknown'>('unknown');

/** Why there is no answer, in words of the server. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly answer: ProblemAnswer,
  ) {
    super(answer.detail);
  }
}

function withKey(headers: Readonly<Record<string, string>>): Record<string, string> {
  return key.value === null ? { ...headers } : { ...headers, authorization: `Bearer ${key.value}` };
}

/** Throws `Refused`; with 401 the key is asked for. */
export async function get(
  path: string,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return accepted(await fetch(path, { headers: withKey(headers), ...(signal !== undefined && { signal }) }));
}

/** Throws as `get` does. What is to be done is in the address. */
export async function post(path: string): Promise<Response> {
  return accepted(await fetch(path, { method: 'POST', headers: withKey({}) }));
}

async function accepted(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  if (answer.status === 401) me.value = null;
  throw new Refused(answer.status, (await answer.json()) as ProblemAnswer);
}

/** Finds out who asks. False: the key is not one. */
export async function signIn(given: string | null = key.value): Promise<boolean> {
  key.value = given;
  try {
    me.value = (await (await get('/v1/me')).json()) as Me;
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    key.value = null;
    me.value = null;
    return false;
  }
}

export function signOut(): void {
  key.value = null;
  me.value = null;
}

export function isSignedIn(): boolean {
  return key.value !== null;
}

/** Whether who asks may use a route, as the table of access names it. */
export function may(route: string): boolean {
  const { value } = me;
  return value !== null && value !== 'unknown' && value.routes.includes(route);
}
