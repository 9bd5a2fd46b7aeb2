import { type KeyObject, sign, verify } from 'node:crypto';

/**
 * Ed25519 over the digest of a proof, in base64; with what it is said of, so that it stands for nothing else.
 */
export function signatureOf(digest: string, key: KeyObject): string {
  return sign(null, signed(digest), key).toString('base64');
}

export function isSignatureOf(digest: string, signature: string, publicKey: KeyObject): boolean {
  return verify(null, signed(digest), publicKey, Buffer.from(signature, 'base64'));
}

function signed(digest: string): Buffer {
  return Buffer.from(`tallyline-proof/1 ${digest}`);
}
