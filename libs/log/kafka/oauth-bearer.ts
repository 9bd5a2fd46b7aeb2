import type { Mechanism } from 'kafkajs';

/**
 * OAUTHBEARER as RFC 7628 has it. kafkajs has one of its own, which takes no notice of the broker's answer: a
 * token that is not accepted then looks like a broker that hangs.
 */
export function oauthBearer(token: () => Promise<string>): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: async () => {
        const message = `n,,\u0001auth=Bearer ${await token()}\u0001\u0001`;
        await saslAuthenticate({
          request: { encode: () => withLength(Buffer.from(message)) },
          response: { decode: contentOf, parse: requireEmpty },
        });
      },
    }),
  };
}

/** The broker answers nothing, or says as JSON what is wrong with the token. */
function requireEmpty(answer: Buffer): void {
  if (answer.length === 0) return;
  const said = answer.toString('utf8').slice(0, 200);
  throw Object.assign(new Error(`the token is not accepted: ${said}`), {
    type: 'SASL_AUTHENTICATION_FAILED',
  });
}

function withLength(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function contentOf(answer: Buffer): Buffer {
  return answer.length < 4 ? Buffer.alloc(0) : answer.subarray(4, 4 + Math.max(0, answer.readInt32BE(0)));
}
