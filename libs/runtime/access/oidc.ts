import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { type Principal, roleNames } from './roles.js';

/** An identity provider whose tokens are taken, and what its tokens call role and brands. */
export interface OidcSettings {
  /** As the provider names itself, without a final slash where it has none. */
  readonly issuer: string;
  /** As the provider names this installation. */
  readonly audience: string;
  readonly roleClaim: string;
  readonly brandsClaim: string;
}

/** The provider does not answer, so no one can be known by a token just now. */
export class IdentityProviderUnavailable extends Error {
  override readonly name = 'IdentityProviderUnavailable';
  readonly code = 'identity-provider-unavailable';
}

/** Signatures that need no secret of ours. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const clockToleranceS = 30;
const timeoutMs = 5_000;

/** Knows the holders of bearer tokens of an identity provider (OpenID Connect Discovery 1.0, RFC 9068). */
export class OidcIssuer {
  readonly #settings: OidcSettings;
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /**
   * Whose token it is; null: it is not valid here, or names no role that there is. Throws
   * `IdentityProviderUnavailable`.
   */
  async holderOf(token: string): Promise<Principal | null> {
    const { issuer, audience } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, await this.#keySet(), {
        issuer,
        audience,
        algorithms,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'sub'],
      });
      return this.#principalOf(payload);
    } catch (error) {
      if (error instanceof IdentityProviderUnavailable) throw error;
      if (isOfToken(error)) return null;
      throw new IdentityProviderUnavailable(`the keys of ${issuer} cannot be read`, { cause: error });
    }
  }

  #principalOf(payload: JWTPayload): Principal | null {
    const { roleClaim, brandsClaim } = this.#settings;
    const claims = z
      .object({
        sub: z.string().min(1),
        role: z.enum(roleNames),
        brands: z.array(z.string()).min(1).nullable(),
      })
      .safeParse({ sub: payload.sub, role: payload[roleClaim], brands: payload[brandsClaim] ?? null });
    if (!claims.success) return null;
    const { sub: name, role, brands } = claims.data;
    return role === 'brand' && brands === null ? null : { name, role, brands };
  }

  /** Read once; where that fails, again with the next token. */
  #keySet(): Promise<JWTVerifyGetKey> {
    this.#keys ??= discover(this.#settings.issuer).catch((error: unknown) => {
      this.#keys = null;
      throw error;
    });
    return this.#keys;
  }
}

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const found = discovery.parse(await response.json());
    if (found.issuer !== issuer) throw new Error(`${url} is of ${found.issuer}`);
    return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: timeoutMs });
  } catch (error) {
    throw new IdentityProviderUnavailable(`${issuer} cannot be asked for its keys`, { cause: error });
  }
}

/** Whether the token is at fault, and not the way to the keys. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}
