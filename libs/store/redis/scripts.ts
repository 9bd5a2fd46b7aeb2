import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from './client.js';

/**
 * The scripts of `lua/`, one atomic operation each; keys, arguments and replies are at the top of each
 * file. Every reply is a list that begins with a word.
 */
export const scripts = {
  claim: script('claim'),
  commit: script('commit'),
  sums: script('sums'),
  dropBegin: script('drop-begin'),
  dropKeys: script('drop-keys'),
  dropEnd: script('drop-end'),
};

export interface Script {
  readonly lua: string;
  /** By which a server knows a script it has seen. */
  readonly sha: string;
}

export type Reply = readonly [word: string, ...rest: unknown[]];

/** All keys must be in one slot. */
export async function runScript(
  client: Client,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<Reply> {
  // One array and not a spread: a large commit has more arguments than a call can take.
  const operands = [keys.length, ...keys, ...args];
  try {
    return (await client.call('EVALSHA', [script.sha, ...operands])) as Reply;
  } catch (error) {
    // A server that was restarted, flushed or has just taken the slot over has not seen the script.
    if (!(Error.isError(error) && error.message.startsWith('NOSCRIPT'))) throw error;
    return (await client.call('EVAL', [script.lua, ...operands])) as Reply;
  }
}

function script(name: string): Script {
  const lua = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
