import type { RequestedClose } from './close-request.js';

/** A close that waits for a second person, as the CLI and the HTTP API say it. */
export interface CloseRequestAnswer {
  contract: string;
  period: string;
  request: string;
  revision: number;
  by: string;
  reason: string | null;
  /** ISO 8601, UTC. */
  at: string;
  digest: string;
  /** The invoice-ready event as it is emitted if it is confirmed. */
  event: unknown;
}

export function requestAnswer({ request: asked, event }: RequestedClose): CloseRequestAnswer {
  const { contract, period, request, revision, actor, reason, at, digest } = asked;
  const said = { contract, period, request, revision, by: actor.name, reason };
  return { ...said, at: new Date(at).toISOString(), digest, event: JSON.parse(event) as unknown };
}
