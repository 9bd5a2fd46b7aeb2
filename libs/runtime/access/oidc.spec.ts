import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';
import { decide } from './access.js';
import { noKeys } from './access.fixture.js';
import { IdentityProviderUnavailable, OidcIssuer, type OidcSettings } from './oidc.js';

/** Claims that the provider puts into its next token. */
let claims: Record<string, unknown> = {};
let server: Server;
let settings: OidcSettings;
const resource = 'urn:tallyline';

beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' }] },
    clients: [
      {
        client_id: 'console',
        client_secret: 'of the console',
        grant_types: ['client_credentials'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience: 'tallyline',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ sub: 'ada', ...claims }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  settings = { issuer, audience: 'tallyline', roleClaim: 'tallyline_role', brandsClaim: 'tallyline_brands' };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function tokenWith(given: Record<string, unknown>): Promise<string> {
  claims = given;
  const response = await fetch(`${settings.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('console:of the console')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'api' }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}

describe('A token of an identity provider', () => {
  it('names its holder, their role and their brands', async () => {
    const issuer = new OidcIssuer(settings);
    const token = await tokenWith({ tallyline_role: 'finance' });
    expect(await issuer.holderOf(token)).toMatchObject({ role: 'finance', brands: null });
    const limited = await tokenWith({ tallyline_role: 'brand', tallyline_brands: ['Aurore'] });
    expect(await issuer.holderOf(limited)).toMatchObject({ role: 'brand', brands: ['Aurore'] });
  });

  it.each([
    [{}],
    [{ tallyline_role: 'owner' }],
    [{ tallyline_role: ['operator'] }],
    [{ tallyline_role: 'brand' }],
    [{ tallyline_role: 'brand', tallyline_brands: [] }],
    [{ tallyline_role: 'brand', tallyline_brands: 'Aurore' }],
  ])('is not taken with the claims %p', async (given) => {
    expect(await new OidcIssuer(settings).holderOf(await tokenWith(given))).toBeNull();
  });

  it('is not taken where it is for another audience, changed, signed by another, or not signed', async () => {
    const token = await tokenWith({ tallyline_role: 'operator' });
    expect(await new OidcIssuer({ ...settings, audience: 'other' }).holderOf(token)).toBeNull();
    const issuer = new OidcIssuer(settings);
    const [head = '', body = '', signature = ''] = token.split('.');
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...payload, sub: 'eve' })).toString('base64url');
    expect(await issuer.holderOf(`${head}.${changed}.${signature}`)).toBeNull();
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    expect(await issuer.holderOf(forged)).toBeNull();
    expect(await issuer.holderOf(new UnsecuredJWT(payload).encode())).toBeNull();
    const shared = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from('the public key as a secret, long enough for it'));
    expect(await issuer.holderOf(shared)).toBeNull();
  });

  it('is not taken once it has expired', async () => {
    const payload = { tallyline_role: 'operator', sub: 'ada', iss: settings.issuer, aud: 'tallyline' };
    const { privateKey } = await generateKeyPair('ES256');
    const expired = await new SignJWT({ ...payload, exp: 1_000 })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect(await new OidcIssuer(settings).holderOf(expired)).toBeNull();
  });

  it('opens a route to its role and no other, beside keys', async () => {
    const access = { ...noKeys, oidc: new OidcIssuer(settings) };
    const ask = async (given: Record<string, unknown>) => {
      const token = await tokenWith(given);
      const headers = { host: 'tallyline.example', authorization: `Bearer ${token}` };
      const request = { method: 'GET', route: '/metrics', params: {}, headers, address: '10.0.0.1' };
      const decision = await decide(request, access);
      return 'problem' in decision ? decision.problem.code : decision.principal?.role;
    };
    expect(await ask({ tallyline_role: 'sre' })).toBe('sre');
    expect(await ask({ tallyline_role: 'finance' })).toBe('forbidden');
    expect(await ask({})).toBe('unauthorized');
  });

  it('cannot be checked while the provider does not answer, which is said and tried again', async () => {
    const token = await tokenWith({ tallyline_role: 'sre' });
    const away = new OidcIssuer({ ...settings, issuer: 'http://127.0.0.1:1' });
    await expect(away.holderOf(token)).rejects.toThrow(IdentityProviderUnavailable);
    await expect(away.holderOf(token)).rejects.toThrow(IdentityProviderUnavailable);
    const headers = { host: 'x', authorization: `Bearer ${token}` };
    const request = { method: 'GET', route: '/metrics', params: {}, headers, address: '10.0.0.1' };
    expect(await decide(request, { ...noKeys, oidc: away })).toMatchObject({
      problem: { code: 'identity-provider-unavailable', status: 503 },
    });
  });
});
