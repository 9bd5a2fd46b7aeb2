import { z } from 'zod';

/** Variables about the way to Kafka, Redis and our own clients: TLS, users and their secrets. */
export const serverSettings = {
  TALLYLINE_KAFKA_TLS: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Whether the brokers are reached over TLS: on or off.'),
  TALLYLINE_KAFKA_CA: file(
    'File (PEM) of the authorities that the certificates of brokers are signed by; without it those that Node trusts.',
  ),
  TALLYLINE_KAFKA_CERT: file(
    'File (PEM) of the certificate that this process shows to brokers (mutual TLS).',
  ),
  TALLYLINE_KAFKA_CERT_KEY: file('File (PEM) of the private key of that certificate, not encrypted.'),
  TALLYLINE_KAFKA_SASL: z
    .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .default('none')
    .describe(
      'How this process says to brokers who it is: none, plain, scram-sha-256, scram-sha-512 or oauthbearer. plain and ' +
        'oauthbearer need TLS, since they show their secret.',
    ),
  TALLYLINE_KAFKA_USERNAME: text('User for plain and scram; client id for oauthbearer.'),
  TALLYLINE_KAFKA_PASSWORD: text(
    'Its password, or the secret of that client; rather name a file in TALLYLINE_KAFKA_PASSWORD_FILE.',
  ),
  TALLYLINE_KAFKA_PASSWORD_FILE: file('File that holds the password and nothing else.'),
  TALLYLINE_KAFKA_TOKEN_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://id.example.com/token' })
    .optional()
    .describe(
      'oauthbearer: where tokens are fetched (grant client_credentials); https, or http on this machine.',
    ),
  TALLYLINE_KAFKA_TOKEN_SCOPE: text('oauthbearer: scope that is asked for.'),
  TALLYLINE_KAFKA_TOKEN_FILE: file(
    'oauthbearer: file with a token, read again for each connection; instead of TALLYLINE_KAFKA_TOKEN_URL.',
  ),
  TALLYLINE_REDIS_CA: file(
    'File (PEM) of the authorities that the certificates of Redis are signed by; needs rediss:// addresses.',
  ),
  TALLYLINE_REDIS_CERT: file('File (PEM) of the certificate that this process shows to Redis (mutual TLS).'),
  TALLYLINE_REDIS_CERT_KEY: file('File (PEM) of the private key of that certificate, not encrypted.'),
  TALLYLINE_REDIS_USERNAME: text('User of Redis (ACL); without it the default user.'),
  TALLYLINE_REDIS_PASSWORD: text(
    'Its password, for addresses without one; rather name a file in TALLYLINE_REDIS_PASSWORD_FILE.',
  ),
  TALLYLINE_REDIS_PASSWORD_FILE: file('File that holds the password and nothing else.'),
};

export type ServerVariable = keyof typeof serverSettings;

const parsed = z.object(serverSettings);
export type ServerValues = z.infer<typeof parsed>;

/** What these variables say together with the addresses that they are about. */
export type ServerValuesAndAddresses = ServerValues & {
  readonly TALLYLINE_KAFKA?: readonly string[] | undefined;
  readonly TALLYLINE_REDIS?: readonly string[] | undefined;
};

function file(meaning: string) {
  return z.string().optional().describe(meaning);
}

function text(meaning: string) {
  return z.string().max(4_000).optional().describe(meaning);
}
