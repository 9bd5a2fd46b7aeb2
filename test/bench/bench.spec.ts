import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedServer } from '#test/stack/stack.js';

const kafka = await sharedServer('kafka');
const redis = await sharedServer('redis');

const script = join(import.meta.dirname, '../../dist/bench/main.js');
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** Runs a bench in its short form on the servers of the run: it must give figures, whatever their values. */
async function bench(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = {
    ...process.env,
    TALLYLINE_KAFKA: kafka.server.join(','),
    TALLYLINE_REDIS: redis.server.join(','),
  };
  const child = spawn(process.execPath, [...quiet, script, ...args], { env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The row of the output whose name matches. */
function row(output: string, name: RegExp): string {
  const found = output.split('\n').find((line) => name.test(line));
  if (found === undefined) throw new Error(`no row ${String(name)} in\n${output}`);
  return found;
}

describeWith([kafka, redis], () => {
  describe('npm run bench', () => {
    it('lists the benchmarks when an unknown one is asked for', async () => {
      const { code, output } = await bench('speed');
      expect(code).toBe(2);
      expect(output).toMatch(/one or more of .*intake, latency, pipeline.*rebuild/);
    });

    it.each<[string, RegExp[]]>([
      [
        'intake',
        [/^single, 64 .* Fastify \+ kafkajs/, /^single, 64 .* Tallyline/, /^NDJSON of 1 000 .* Tallyline/],
      ],
      [
        'pipeline',
        [/^NestJS transport.* facts/, /^Tallyline meter/, /^Tallyline tally/, /^Tallyline normalizer/],
      ],
      ['latency', [/^one hop/, /^HTTP request to its answer/, /^Kafka has the delivery/]],
      ['rebuild', [/^kafkajs eachBatch/, /^Tallyline tally/]],
    ])(
      'measures %s',
      async (name, rows) => {
        const { code, output } = await bench(name, '--short');
        expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
        expect(output).toMatch(/\(load [\d.?]+, JSON\.parse of \d+ bytes takes [\d.]+ us\)/);
        for (const each of rows) expect(row(output, each)).toMatch(/ [1-9][\d ]*(\.\d+)?( |$)/);
      },
      120_000,
    );
  });
});
