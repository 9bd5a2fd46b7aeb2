import { hash } from 'node:crypto';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** Ids under which the demonstration's platforms know agents; the catalogue names the same. */
export const genesysUserId = (agent: number): string => uuid(`agent|${agent}`);
export const axialysOperator = (agent: number): number => 4_000 + agent;

export function uuid(text: string): string {
  const digest = hash('sha256', `demo|${text}`);
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
  ];
  return [...parts, digest.slice(20, 32)].join('-');
}

export const organisation = uuid('organisation');

/** `at`: when the platform sent it (UTC epoch ms). */
export function delivery(connection: string, at: number, body: unknown): RecordedDelivery {
  const headers = { 'content-type': 'application/json' };
  return { connection, receivedAt: at + 350, headers, body: JSON.stringify(body) };
}
