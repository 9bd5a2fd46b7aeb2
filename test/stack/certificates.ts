import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * X.509 certificates for tests, encoded here: Node can read them but not make them, and not every machine has
 * openssl. Keys are of P-256, signatures ECDSA with SHA-256; RFC 5280 has the structure.
 */
export interface Certified {
  /** PEM */
  readonly cert: string;
  /** PEM, PKCS #8 */
  readonly key: string;
}

export class Authority implements Certified {
  readonly cert: string;
  readonly key: string;
  readonly #name: string;
  readonly #privateKey: KeyObject;

  constructor(name = 'Tallyline test authority') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#name = name;
    this.#privateKey = privateKey;
    this.key = pemOf(privateKey);
    const extensions = [extension('551d13', true, sequence(boolean(true)))];
    this.cert = certificate({ subject: name, issuer: name, publicKey, extensions, ...valid }, privateKey);
  }

  /** A certificate for hosts (names or addresses); `expired`: since a day ago. */
  issue(hosts: readonly string[], { expired = false, subject = hosts[0] ?? 'client' } = {}): Certified {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = hosts.map((host) =>
      isIP(host) === 0 ? tlv(0x82, Buffer.from(host)) : tlv(0x87, Buffer.from(host.split('.').map(Number))),
    );
    const extensions = hosts.length === 0 ? [] : [extension('551d11', false, sequence(...names))];
    const term = expired ? { from: at(-10), until: at(-1) } : valid;
    const content = { subject, issuer: this.#name, publicKey, extensions, ...term };
    return { cert: certificate(content, this.#privateKey), key: pemOf(privateKey) };
  }
}

interface CertificateContent {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Buffer[];
}

function certificate(content: CertificateContent, issuerKey: KeyObject): string {
  const { subject, issuer, publicKey, from, until, extensions } = content;
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(publicInfo).digest().subarray(0, 8);
  const signed = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), serial])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(utcTime(from), utcTime(until)),
    nameOf(subject),
    publicInfo,
    ...(extensions.length === 0 ? [] : [tlv(0xa3, sequence(...extensions))]),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, issuerKey)]));
  const text = sequence(signed, ecdsaWithSha256, signature).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}

/** Days from now, to the second as certificates have it. */
function at(days: number): Date {
  return new Date(Math.floor(Date.now() / 1_000) * 1_000 + days * 86_400_000);
}

const valid = { from: at(-1), until: at(30) };

function nameOf(commonName: string): Buffer {
  return sequence(
    tlv(0x31, sequence(tlv(0x06, Buffer.from('550403', 'hex')), tlv(0x0c, Buffer.from(commonName)))),
  );
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [boolean(true)] : [];
  return sequence(tlv(0x06, Buffer.from(id, 'hex')), ...critical, tlv(0x04, value));
}

function utcTime(date: Date): Buffer {
  return tlv(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** Tag, length and value of DER. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

const ecdsaWithSha256 = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
