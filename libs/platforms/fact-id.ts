import { hash } from 'node:crypto';

/**
 * The id of a fact: 132 bits of SHA-256 over what makes the statement the same statement, however often and
 * by whichever path it reaches us. Each part goes in with its length, so no two different lists give one
 * text.
 * @returns 22 characters of base64url
 */
export function factId(parts: readonly (string | number)[]): string {
  let text = '';
  for (const part of parts) {
    const word = String(part);
    text += `${word.length}:${word}`;
  }
  return hash('sha256', text, 'base64url').slice(0, 22);
}
