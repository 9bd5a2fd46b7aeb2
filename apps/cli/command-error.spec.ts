import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LogUnavailable, LogUnusable } from '#log/log.js';
import { PipelineBehind } from '#pipeline/engine/engine.js';
import { ConfigFaults } from '#runtime/config-faults.js';
import { StartupError } from '#runtime/startup-error.js';
import { StoreUnavailable, StoreUnusable } from '#store/store.js';
import { CommandError, commandErrors, exitCodesHelp } from './command-error.js';

describe('Errors of the command line', () => {
  it.each([
    [
      new ConfigFaults([{ code: 'not-set', variable: 'TALLYLINE_KAFKA', message: 'is not set' }]),
      'bad-configuration',
      3,
    ],
    [new LogUnusable('topic-settings-differ', 'the settings of a topic differ'), 'bad-configuration', 3],
    [new StoreUnusable('store-missing', 'there is no store'), 'not-found', 4],
    [new PipelineBehind('the meter made no progress'), 'pipeline-behind', 8],
    [new StartupError('the port is taken'), 'cannot-start', 10],
    [new LogUnavailable('Kafka does not answer'), 'unreachable', 9],
    [new StoreUnavailable('Redis does not answer'), 'unreachable', 9],
    [new RangeError('a bug of ours'), 'failed', 1],
  ])('turn %p into the code %s and exit code %d, with its message and cause', (error, code, exitCode) => {
    const { message, cause, ...known } = CommandError.of(error);
    expect({ message, cause }).toEqual({ message: error.message, cause: error });
    expect([known.code, CommandError.of(error).exitCode]).toEqual([code, exitCode]);
  });

  it('have an exit code each, all of which --help and docs/errors.md list with their meaning', () => {
    const page = readFileSync(join(process.cwd(), 'docs/errors.md'), 'utf8').replaceAll(/ +/g, ' ');
    const help = exitCodesHelp.replaceAll(/ +/g, ' ');
    for (const [code, [exitCode, meaning]] of Object.entries(commandErrors)) {
      expect(help).toContain(`\n ${exitCode} ${code} ${meaning}`);
      expect(page).toContain(`| \`${code}\` | ${exitCode} | ${meaning} |`);
    }
    const exitCodes = Object.values(commandErrors).map(([exitCode]) => exitCode);
    expect(new Set(exitCodes).size).toBe(exitCodes.length);
  });
});
