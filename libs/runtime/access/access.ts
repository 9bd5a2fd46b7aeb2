import { type Problem, problem } from '../problem.js';
import type { RateLimit } from '../rate-limit.js';
import { ruleOf } from './access-rules.js';
import { holderOf } from './api-key.js';
import type { FailureLimit } from './failure-limit.js';
import type { KeyRing } from './key-file.js';
import { IdentityProviderUnavailable, type OidcIssuer } from './oidc.js';
import type { Principal } from './roles.js';

/**
 * Who may ask what of a process. Without keys and tokens it listens to its own machine only, and everybody
 * there may do everything.
 */
export interface Access {
  readonly keys: Pick<KeyRing, 'keys'> | null;
  /** Takes tokens of an identity provider. */
  readonly oidc: Pick<OidcIssuer, 'holderOf'> | null;
  /** Names, without port, by which the process is called beside those of this machine. */
  readonly allowedHosts: readonly string[];
  /** The brand that a programme or contract belongs to; null: unknown. */
  readonly brandOf: BrandOf;
  readonly failures: FailureLimit;
  /** How often a holder of a key, or an address, may ask. */
  readonly requests: RateLimit;
  /** UTC epoch ms. */
  readonly now: () => number;
}

export type BrandOf = (about: 'programme' | 'contract', id: string) => string | null;

/** What of a request decides. Headers as they were sent, names in lower case. */
export interface AccessRequest {
  readonly method: string;
  /** The route's pattern, `/v1/programmes/:id/kpis`. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Address of the sender. */
  readonly address: string;
}

export type Decision =
  /** null: the route is public, or authenticates its sender itself. */
  | { readonly principal: Principal | null }
  | { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> };

/** Everybody on a machine whose process has no keys. */
export const local: Principal = { name: 'local', role: 'operator', brands: null };

/**
 * Whether a request may go on, and who asks; without reading its body. Waits only where a token has to be
 * checked.
 */
export function decide(request: AccessRequest, access: Access): Decision | Promise<Decision> {
  const foreign = foreignPage(request, access);
  if (foreign !== null) return refusal(foreign);
  const rule = ruleOf(request.method, request.route);
  if (rule?.access === 'public' || rule?.access === 'connection') return { principal: null };
  if (isForm(request)) {
    const detail = 'Forms of web pages change nothing here: send no content-type, or application/json.';
    return refusal(problem('unsupported-media-type', detail, 'header.content-type'));
  }
  if (isOpen(access)) return { principal: local };
  if (rule === null) return refusal(problem('forbidden', 'No role may use this address yet.'));
  return authenticate(request, rule, access);
}

/** Whether nothing is asked of anybody on this machine, and no one else is listened to. */
function isOpen({ keys, oidc }: Access): boolean {
  return keys === null && oidc === null;
}

type RoleRule = Extract<ReturnType<typeof ruleOf>, { access: 'roles' }>;

function authenticate(request: AccessRequest, rule: RoleRule, access: Access): Decision | Promise<Decision> {
  const { failures, keys, oidc, now } = access;
  if (failures.isBlocked(request.address)) {
    const detail = 'Too many requests without a valid key came from this address: wait a minute.';
    return refusal(problem('too-many-requests', detail), { 'retry-after': '60' });
  }
  const sent = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? null;
  if (sent === null) return unauthorized();
  if (oidc !== null && isToken(sent)) {
    return oidc
      .holderOf(sent)
      .then((holder) => authorize(request, rule, access, holder), identityProviderUnavailable);
  }
  return authorize(request, rule, access, keys === null ? null : holderOf(sent, keys.keys, now()));
}

/** A JSON Web Token has three parts; a key has no dot. */
function isToken(sent: string): boolean {
  return sent.split('.').length === 3;
}

function identityProviderUnavailable(error: unknown): Decision {
  if (!(error instanceof IdentityProviderUnavailable)) throw error;
  const detail = 'The identity provider cannot be asked for its keys: send the same again later.';
  return refusal(problem('identity-provider-unavailable', detail), { 'retry-after': '5' });
}

function unauthorized(): Decision {
  const detail = 'Send `authorization: Bearer KEY` with a key that is valid; an operator makes one.';
  return refusal(problem('unauthorized', detail), { 'www-authenticate': 'Bearer realm="tallyline"' });
}

function authorize(
  request: AccessRequest,
  rule: RoleRule,
  { brandOf, failures }: Access,
  principal: Principal | null,
): Decision {
  if (principal === null) {
    failures.failed(request.address);
    return unauthorized();
  }
  if (!rule.roles.includes(principal.role)) {
    const detail = `This needs the role ${rule.roles.join(' or ')}; the key has the role ${principal.role}.`;
    return refusal(problem('forbidden', detail));
  }
  const { brands } = principal;
  if (brands === null || rule.about === 'asker') return { principal };
  const id = request.params['id'] ?? '';
  const brand = rule.about === null ? null : brandOf(rule.about, id);
  if (brand !== null && brands.includes(brand)) return { principal };
  // What belongs to another brand is answered as what does not exist.
  switch (rule.about) {
    case 'programme':
      return refusal(problem('unknown-programme', 'Name a programme of the catalogue.', 'path.id'));
    case 'contract':
      return refusal(problem('unknown-contract', 'Name a contract of the catalogue.', 'path.id'));
    case null:
      return refusal(problem('forbidden', 'A key that is limited to brands may not ask this.'));
  }
}

/**
 * A page of another site in a browser on this machine can send requests here, and by a name of its own that
 * leads here also read the answers. It cannot choose its Origin, nor the Host of its requests.
 */
function foreignPage({ method, headers }: AccessRequest, access: Access): Problem | null {
  const host = hostName(headers['host'] ?? '');
  const isKnown = isLoopback(host) || access.allowedHosts.includes(host);
  if (!isKnown && (isOpen(access) || access.allowedHosts.length > 0)) {
    const detail = 'The host of the request is not one of this process: see TALLYLINE_ALLOWED_HOSTS.';
    return problem('unknown-host', detail, 'header.host');
  }
  if (method === 'GET' || method === 'HEAD') return null;
  const { origin, 'sec-fetch-site': site } = headers;
  const isForeign = origin !== undefined && !isSameOrigin(origin, headers['host'] ?? '');
  if (!isForeign && site !== 'cross-site') return null;
  return problem('foreign-origin', 'A page of another site may change nothing here.', 'header.origin');
}

function isForm({ method, headers }: AccessRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(
    headers['content-type'] ?? '',
  );
}

function isSameOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  return url !== null && url.host === host.toLowerCase();
}

/** Of `name:port` or `[::1]:port`. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

/** Whether only this machine can be meant. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host.toLowerCase());
}

function refusal(answer: Problem, headers: Readonly<Record<string, string>> = {}): Decision {
  return { problem: answer, headers };
}
