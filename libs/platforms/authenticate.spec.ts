import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AuthenticationScheme, type RequestHeaders, authenticate, secretFault } from './authenticate.js';

const body = Buffer.from('{"test": 2432232314}');
const now = 1614265330_000;

/** The reason of a refusal; fails where the request is accepted. */
function reason(
  scheme: AuthenticationScheme,
  secrets: string[],
  headers: RequestHeaders,
  at = now,
  bytes: Uint8Array = body,
): string {
  const result = authenticate(scheme, secrets, headers, bytes, at);
  if (result === 'ok') throw new Error('expected a refusal');
  return result.reason;
}

describe('authentication by scheme none', () => {
  it('accepts every sender without credentials', () => {
    expect(authenticate({ scheme: 'none' }, [], {}, body, now)).toBe('ok');
  });
});

describe('authentication by scheme header', () => {
  const scheme: AuthenticationScheme = { scheme: 'header', header: 'X-Tallyline-Token' };

  it('accepts the token in a header, under a header name in any case', () => {
    expect(authenticate(scheme, ['s3cret-token'], { 'x-tallyline-token': 's3cret-token' }, body, now)).toBe(
      'ok',
    );
    expect(authenticate(scheme, ['s3cret-token'], { 'X-TALLYLINE-TOKEN': ['s3cret-token'] }, body, now)).toBe(
      'ok',
    );
  });

  it('accepts either of two tokens while one is being changed', () => {
    expect(authenticate(scheme, ['new', 'old'], { 'x-tallyline-token': 'old' }, body, now)).toBe('ok');
    expect(authenticate(scheme, ['new', 'old'], { 'x-tallyline-token': 'new' }, body, now)).toBe('ok');
  });

  it.each(['s3cret-toke', 's3cret-tokenn', 'S3CRET-TOKEN', ' '])('refuses the token %j', (token) => {
    expect(reason(scheme, ['s3cret-token'], { 'x-tallyline-token': token })).toContain("'X-Tallyline-Token'");
  });

  it('refuses a token header that is missing, empty or sent twice', () => {
    expect(reason(scheme, ['t'], {})).toBe("header 'X-Tallyline-Token' is missing");
    expect(reason(scheme, ['t'], { 'x-tallyline-token': '' })).toBe("header 'X-Tallyline-Token' is missing");
    expect(reason(scheme, ['t'], { 'x-tallyline-token': undefined })).toBe(
      "header 'X-Tallyline-Token' is missing",
    );
    expect(reason(scheme, ['t'], { 'x-tallyline-token': ['t', 't'] })).toContain('was sent 2 times');
    expect(reason(scheme, ['t'], { 'x-tallyline-token': 't', 'X-Tallyline-Token': 't' })).toContain(
      '2 times',
    );
  });

  it('refuses every token where the secret is empty or absent', () => {
    expect(reason(scheme, [], { 'x-tallyline-token': '' })).toContain('no usable secret');
    expect(reason(scheme, [''], { 'x-tallyline-token': '' })).toContain('no usable secret');
    expect(reason(scheme, ['t', ''], { 'x-tallyline-token': 't' })).toContain('no usable secret');
  });
});

describe('authentication by scheme basic', () => {
  const scheme: AuthenticationScheme = { scheme: 'basic', user: 'genesys' };
  const basic = (text: string): RequestHeaders => ({
    authorization: `Basic ${Buffer.from(text).toString('base64')}`,
  });

  it('accepts user and password, also with a colon and letters beyond ASCII in it', () => {
    expect(authenticate(scheme, ['pässword:1'], basic('genesys:pässword:1'), body, now)).toBe('ok');
    expect(authenticate(scheme, ['new', 'old'], basic('genesys:old'), body, now)).toBe('ok');
  });

  it('accepts the vector of RFC 7617', () => {
    const headers = { authorization: 'basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' };
    expect(authenticate({ scheme: 'basic', user: 'Aladdin' }, ['open sesame'], headers, body, now)).toBe(
      'ok',
    );
  });

  it.each(['genesys:wrong', 'other:right', 'genesys', 'genesys:', ':right', ''])(
    'refuses user and password %j',
    (text) => {
      expect(reason(scheme, ['right'], basic(text))).toContain("'authorization'");
    },
  );

  it.each(['Bearer abc', 'Basic', 'Basic ***', 'Z2VuZXN5czpyaWdodA=='])(
    'refuses the authorization header %j',
    (authorization) => {
      expect(reason(scheme, ['right'], { authorization })).toContain('must be Basic followed by base64');
    },
  );

  it('refuses a request without an authorization header', () => {
    expect(reason(scheme, ['right'], {})).toBe("header 'authorization' is missing");
  });
});

describe('authentication by scheme hmac', () => {
  const scheme: AuthenticationScheme = { scheme: 'hmac', toleranceMs: 300_000 };
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const other = `whsec_${Buffer.from('another key of 24 bytes!').toString('base64')}`;
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };

  it('accepts the published vector of Standard Webhooks', () => {
    expect(authenticate(scheme, [secret], headers, body, now)).toBe('ok');
    expect(authenticate(scheme, [secret.slice('whsec_'.length)], headers, body, now)).toBe('ok');
  });

  it('accepts a good signature among several and of another version', () => {
    const several = `v1a,AAAA v1,${Buffer.alloc(32).toString('base64')} ${headers['webhook-signature']}`;
    expect(authenticate(scheme, [secret], { ...headers, 'webhook-signature': several }, body, now)).toBe(
      'ok',
    );
  });

  it('accepts either of two secrets while one is being changed', () => {
    expect(authenticate(scheme, [other, secret], headers, body, now)).toBe('ok');
    expect(authenticate(scheme, [secret, other], headers, body, now)).toBe('ok');
    expect(reason(scheme, [other], headers)).toContain("'webhook-signature' does not match");
  });

  it('checks the signature of the exact bytes that were sent', () => {
    const reserialized = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    expect(reason(scheme, [secret], headers, now, reserialized)).toContain('the exact bytes sent');
    const binary = Buffer.from([0xff, 0x00, 0xfe]);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update('id-1.1614265330.').update(binary).digest('base64');
    const signed = { ...headers, 'webhook-id': 'id-1', 'webhook-signature': `v1,${signature}` };
    expect(authenticate(scheme, [secret], signed, binary, now)).toBe('ok');
  });

  it('refuses a signature when the id or the timestamp was changed', () => {
    expect(reason(scheme, [secret], { ...headers, 'webhook-id': 'msg_2' })).toContain('does not match');
    expect(reason(scheme, [secret], { ...headers, 'webhook-timestamp': '1614265331' })).toContain(
      'does not match',
    );
  });

  it('accepts timestamps up to the tolerance in both directions and none beyond it', () => {
    expect(authenticate(scheme, [secret], headers, body, now + 300_000)).toBe('ok');
    expect(authenticate(scheme, [secret], headers, body, now - 300_000)).toBe('ok');
    expect(reason(scheme, [secret], headers, now + 300_001)).toContain(
      "'webhook-timestamp' is more than 300 s",
    );
    expect(reason(scheme, [secret], headers, now - 300_001)).toContain(
      "'webhook-timestamp' is more than 300 s",
    );
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses a request in which header %s is missing or sent twice',
    (name) => {
      const without: RequestHeaders = Object.fromEntries(
        Object.entries(headers).filter(([key]) => key !== name),
      );
      expect(reason(scheme, [secret], without)).toBe(`header '${name}' is missing`);
      expect(reason(scheme, [secret], { ...headers, [name]: ['a', 'b'] })).toContain(
        `header '${name}' was sent 2 times`,
      );
    },
  );

  it.each(['1614265330.5', '-1', '2021-02-25T15:02:10Z', '1e9', ' 1614265330'])(
    'refuses the timestamp %j',
    (timestamp) => {
      expect(reason(scheme, [secret], { ...headers, 'webhook-timestamp': timestamp })).toContain(
        'must be whole seconds',
      );
    },
  );

  it.each(['v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', 'v1,', 'v1,AAAA', 'g0hM9SsE', '   '])(
    'finds no signature in %j',
    (signature) => {
      expect(reason(scheme, [secret], { ...headers, 'webhook-signature': signature })).toContain(
        'holds no v1,',
      );
    },
  );

  it('refuses every signature where the secret is not a key', () => {
    expect(reason(scheme, ['whsec_'], headers)).toContain('no usable secret');
    expect(reason(scheme, ['whsec_***'], headers)).toContain('no usable secret');
    expect(reason(scheme, [], headers)).toContain('no usable secret');
  });
});

describe('secretFault', () => {
  it('says what is wrong with a secret without quoting it', () => {
    const hmac: AuthenticationScheme = { scheme: 'hmac', toleranceMs: 300_000 };
    expect(secretFault(hmac, 'whsec_not base64')).toBe('must be whsec_ followed by base64');
    expect(secretFault(hmac, 'whsec_c2hvcnQ=')).toContain('at least 16 bytes');
    expect(secretFault(hmac, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBeNull();
    expect(secretFault({ scheme: 'header', header: 'x' }, '')).toBe('is empty');
    expect(secretFault({ scheme: 'basic', user: 'u' }, 'p')).toBeNull();
    expect(secretFault({ scheme: 'none' }, '')).toBeNull();
  });
});

describe('authenticate', () => {
  const schemes: AuthenticationScheme[] = [
    { scheme: 'header', header: 'authorization' },
    { scheme: 'basic', user: 'user' },
    { scheme: 'hmac', toleranceMs: 300_000 },
  ];
  const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.constant(undefined));
  const names = ['authorization', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const anyHeaders = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
  const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];

  it('never throws, never accepts a guess and never reveals the secret', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemes), anyHeaders, fc.uint8Array(), (scheme, headers, bytes) => {
        expect(reason(scheme, secrets, headers, now, bytes)).not.toContain(
          'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        );
      }),
    );
  });
});
