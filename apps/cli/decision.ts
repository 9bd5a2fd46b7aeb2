import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Authored } from '#wire/operator-acts.js';
import type { Actor } from '#wire/period-acts.js';
import { CommandError } from './command-error.js';

/** Who decided an act, and why: asked for by commands that do nothing without. */
export interface Decision {
  readonly author?: string;
  readonly reason?: string;
}

export function withDecisionOptions(command: Command): Command {
  return command
    .option('--author <name>', 'who decided it')
    .option('--reason <text>', 'why, in words that are understood in a year');
}

/** Throws where one of both is missing. */
export function decided({ author = '', reason = '' }: Decision): Required<Decision> {
  if (author.trim() !== '' && reason.trim() !== '') return { author: author.trim(), reason: reason.trim() };
  throw new CommandError('wrong-arguments', 'say who decided it and why: --author and --reason');
}

/** The same with the way it came in; throws likewise. `at`: UTC epoch ms. */
export function authored(decision: Decision, at: number): Authored {
  const { author, reason } = decided(decision);
  return { author, reason, at, actor: cliActor(author) };
}

/** Who acts on the command line; without a name the user of the machine. */
export function cliActor(author?: string): Actor {
  const user = machineUser();
  return { name: author ?? user, via: 'cli', address: null, user };
}

function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
