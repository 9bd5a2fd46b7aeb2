import { Command } from 'commander';
import type { HoldResult } from '#pipeline/close/hold-period.js';
import { CommandError } from './command-error.js';
import { cliActor, type Decision, decided, withDecisionOptions } from './decision.js';
import { periodForms, periodNamed } from './period-named.js';
import { type CommonOptions, configFor, withDataOptions } from './with-engine.js';
import { withWriters } from './with-readers.js';

/** `now`: the clock. */
export function holdCommand(now: () => number): Command {
  const description =
    'hold a period of a contract: it is neither closed nor adjusted, by the schedule or by a person, until it is ' +
    'released; other periods go on';
  return decisionCommand('hold', description, now);
}

/** `now`: the clock. */
export function releaseCommand(now: () => number): Command {
  return decisionCommand('release', 'release a held period: what is due is closed by the schedule', now);
}

function decisionCommand(name: 'hold' | 'release', description: string, now: () => number): Command {
  const command = new Command(name)
    .description(description)
    .argument('<contract>', 'id of the contract')
    .argument('<period>', `${periodForms} (in the zone of the contract)`);
  withDecisionOptions(command).action(async (id: string, text: string, options: CommonOptions & Decision) => {
    const { author, reason } = decided(options);
    const decision = { actor: cliActor(author), reason, at: now() };
    const { period, result } = await withWriters(configFor(options), async ({ lookup, periods }) => {
      const contract = lookup.contract(id);
      if (contract === null) throw new CommandError('not-found', `there is no contract ${id}`);
      const named = periodNamed('<period>', text, now(), contract);
      return { period: named, result: await periods[name](id, named, decision) };
    });
    const printed = options.json === true ? jsonOf(id, period, result) : sentence(`${id} ${period}`, result);
    process.stdout.write(`${printed}\n`);
  });
  return withDataOptions(command);
}

function jsonOf(contract: string, period: string, result: HoldResult): string {
  if (result.status === 'notHeld') throw notHeld(`${contract} ${period}`);
  return JSON.stringify({
    contract,
    period,
    held: result.status === 'held',
    revision: result.revision,
  });
}

function sentence(what: string, result: HoldResult): string {
  switch (result.status) {
    case 'notHeld':
      throw notHeld(what);
    case 'released':
      return `${what} is released`;
    case 'held':
      return result.revision === 0
        ? `${what} is held: it is not closed until it is released`
        : `${what} is held: revision ${result.revision} stays as it is, and it is not adjusted until it is released`;
  }
}

function notHeld(what: string): CommandError {
  return new CommandError('not-found', `${what} is not held: see tallyline periods`);
}
