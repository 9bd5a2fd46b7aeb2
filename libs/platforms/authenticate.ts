import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** Whether the sender is authentic; a reason names the header and the fix, never a secret. */
export type AuthenticationResult = 'ok' | { readonly reason: string };

/** How senders of a connection authenticate; the values of the secrets are passed separately. */
export type AuthenticationScheme =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'header'; readonly header: string }
  | { readonly scheme: 'basic'; readonly user: string }
  | { readonly scheme: 'hmac'; readonly toleranceMs: number };

/** Names in any case. Best as Node's `headersDistinct`, which keeps a header that was sent twice apart. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Pure and never throws.
 * @param secrets resolved values, any of which is accepted: two at once while a secret is being changed. For a
 *   header its whole value, for Basic the password, for HMAC `whsec_` and base64 as in Standard Webhooks
 * @param body the exact bytes that were received
 * @param now UTC epoch ms
 */
export function authenticate(
  scheme: AuthenticationScheme,
  secrets: readonly string[],
  headers: RequestHeaders,
  body: Uint8Array,
  now: number,
): AuthenticationResult {
  if (scheme.scheme === 'none') return 'ok';
  const unusable = unusableSecrets(scheme, secrets);
  if (unusable !== null) return unusable;
  switch (scheme.scheme) {
    case 'header':
      return checkToken(scheme.header, secrets, headers);
    case 'basic':
      return checkBasic(scheme.user, secrets, headers);
    case 'hmac':
      return checkSignature(scheme.toleranceMs, secrets, headers, body, now);
  }
}

/**
 * As far as the headers say, before anything of the body is read: all of it but the signature of an HMAC, of
 * which they say that there is one and that it is of now. Pure and never throws.
 */
export function authenticateHead(
  scheme: AuthenticationScheme,
  secrets: readonly string[],
  headers: RequestHeaders,
  now: number,
): AuthenticationResult {
  if (scheme.scheme !== 'hmac') return authenticate(scheme, secrets, headers, nothingSent, now);
  const unusable = unusableSecrets(scheme, secrets);
  if (unusable !== null) return unusable;
  const signed = signedHead(scheme.toleranceMs, headers, now);
  return 'reason' in signed ? signed : 'ok';
}

const nothingSent = new Uint8Array();

/** What is wrong with the value of a secret, checked when a server starts; null: nothing. Never quotes it. */
export function secretFault(scheme: AuthenticationScheme, secret: string): string | null {
  if (scheme.scheme === 'none') return null;
  if (secret === '') return 'is empty';
  if (scheme.scheme !== 'hmac') return null;
  const key = signingKey(secret);
  if (key === null) return 'must be whsec_ followed by base64';
  return key.length < 16 ? 'must hold at least 16 bytes of key (24 to 64 are usual)' : null;
}

/**
 * Why a secret could be guessed, checked when a server starts; null: it could not. Never quotes it. A secret
 * of an HMAC is measured by its key.
 */
export function secretWeakness(scheme: AuthenticationScheme, secret: string): string | null {
  if (scheme.scheme === 'none' || secretFault(scheme, secret) !== null) return null;
  const guessed: readonly (number | string)[] =
    scheme.scheme === 'hmac' ? [...(signingKey(secret) ?? [])] : secret.replace(/^\w+ +/, '').split('');
  if (guessed.length >= minSecretLength && new Set(guessed).size >= minSecretVariety) return null;
  const unit = scheme.scheme === 'hmac' ? 'bytes of key' : 'characters';
  const made = scheme.scheme === 'hmac' ? 'echo whsec_$(openssl rand -base64 32)' : 'openssl rand -base64 24';
  return (
    `could be guessed: it must have at least ${minSecretLength} ${unit}, ${minSecretVariety} of them different; ` +
    `\`${made}\` makes one`
  );
}

const minSecretLength = 16;
const minSecretVariety = 8;

function unusableSecrets(
  scheme: AuthenticationScheme,
  secrets: readonly string[],
): { readonly reason: string } | null {
  if (secrets.length > 0 && secrets.every((secret) => secretFault(scheme, secret) === null)) return null;
  return { reason: 'the receiver has no usable secret for this connection; its operator must set one' };
}

function checkToken(
  header: string,
  secrets: readonly string[],
  headers: RequestHeaders,
): AuthenticationResult {
  const found = single(headers, header);
  if (typeof found !== 'string') return found;
  if (anyEqual(secrets, found)) return 'ok';
  return {
    reason: `header '${header}' does not hold this connection's token; check it for the token in force`,
  };
}

function checkBasic(user: string, secrets: readonly string[], headers: RequestHeaders): AuthenticationResult {
  const found = single(headers, 'authorization');
  if (typeof found !== 'string') return found;
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(found.trim())?.[1];
  if (encoded === undefined) {
    return { reason: "header 'authorization' must be Basic followed by base64 of user:password" };
  }
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const accepted = secrets.map((secret) => `${user}:${secret}`);
  if (anyEqual(accepted, given)) return 'ok';
  return { reason: "header 'authorization' does not hold this connection's user and password" };
}

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`; several `v1,<base64>` are separated by spaces. */
function checkSignature(
  toleranceMs: number,
  secrets: readonly string[],
  headers: RequestHeaders,
  body: Uint8Array,
  now: number,
): AuthenticationResult {
  const signed = signedHead(toleranceMs, headers, now);
  if ('reason' in signed) return signed;
  const { id, timestamp, given } = signed;
  const expected = secrets.map((secret) => sign(secret, id, timestamp, body));
  const matches = expected.map((one) => given.map((other) => timingSafeEqual(one, other)).includes(true));
  if (matches.includes(true)) return 'ok';
  return {
    reason:
      "header 'webhook-signature' does not match; sign webhook-id.webhook-timestamp.body, the exact bytes sent",
  };
}

interface SignedHead {
  readonly id: string;
  readonly timestamp: string;
  readonly given: readonly Buffer[];
}

/** What the headers say of a signature, or what is wrong with them. */
function signedHead(
  toleranceMs: number,
  headers: RequestHeaders,
  now: number,
): SignedHead | { readonly reason: string } {
  const id = single(headers, 'webhook-id');
  if (typeof id !== 'string') return id;
  const timestamp = single(headers, 'webhook-timestamp');
  if (typeof timestamp !== 'string') return timestamp;
  const signatures = single(headers, 'webhook-signature');
  if (typeof signatures !== 'string') return signatures;

  if (!/^\d{1,12}$/.test(timestamp)) {
    return { reason: "header 'webhook-timestamp' must be whole seconds since 1970 UTC" };
  }
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs) {
    const seconds = Math.floor(toleranceMs / 1000);
    return {
      reason: `header 'webhook-timestamp' is more than ${seconds} s from our clock; check the sender's`,
    };
  }
  const given = signatures.split(' ').flatMap(versionOne);
  if (given.length === 0) return { reason: "header 'webhook-signature' holds no v1,<base64 of 32 bytes>" };
  if (given.length > maxSignatures)
    return {
      reason: `header 'webhook-signature' holds more than ${maxSignatures} signatures; send one a secret`,
    };
  return { id, timestamp, given };
}

/** Several while a secret is being changed. */
const maxSignatures = 8;

function versionOne(signature: string): Buffer[] {
  if (!signature.startsWith('v1,')) return [];
  const bytes = Buffer.from(signature.slice(3), 'base64');
  return bytes.length === 32 ? [bytes] : [];
}

function sign(secret: string, id: string, timestamp: string, body: Uint8Array): Buffer {
  const key = signingKey(secret) ?? Buffer.alloc(0);
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

function signingKey(secret: string): Buffer | null {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : null;
}

/** The one value of a header. Two values are refused: a proxy in front may have checked the other one. */
function single(headers: RequestHeaders, name: string): string | { readonly reason: string } {
  const lowerCaseName = name.toLowerCase();
  const values = Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === lowerCaseName)
    .flatMap(([, value]) => value ?? []);
  const [value] = values;
  if (value === undefined || value === '') return { reason: `header '${name}' is missing` };
  if (values.length > 1) return { reason: `header '${name}' was sent ${values.length} times; send it once` };
  return value;
}

/** In constant time, whatever the lengths: digests are compared, all of them. */
function anyEqual(accepted: readonly string[], given: string): boolean {
  const digest = hash('sha256', given, 'buffer');
  return accepted.map((one) => timingSafeEqual(hash('sha256', one, 'buffer'), digest)).includes(true);
}
