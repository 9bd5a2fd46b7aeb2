import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDirectory } from '#test/stack/global-setup.js';

/**
 * A server of the stack cannot be had on this machine; the message says what was tried and what would help.
 */
export class StackUnavailable extends Error {
  override readonly name = 'StackUnavailable';
}

/** A server or program that suites need: see `describe-with.ts`. */
export interface Needed<Server> {
  /** Where it is missing, a placeholder of its shape that no test uses. */
  readonly server: Server;
  /** Why it cannot be had; null where it can. */
  readonly missing: string | null;
}

export function available<Server>(server: Server): Needed<Server> {
  return { server, missing: null };
}

/**
 * What a suite does without its server: fails where the stack is required (CI sets
 * TALLYLINE_REQUIRE_STACK=1), else its tests are skipped, and the last line of the run says why.
 */
export function missing<Server>(name: string, cause: StackUnavailable, standIn: Server): Needed<Server> {
  if (process.env['TALLYLINE_REQUIRE_STACK'] === '1') throw cause;
  writeFileSync(join(runDirectory(), `${name}.missing`), cause.message);
  return { server: standIn, missing: cause.message };
}
