import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '#test/processes/app-process.js';
import { waitUntil } from './wait-until.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'examples/README.md'), 'utf8');

/** The requests that the README sends: `curl --data-binary @FILE [-H HEADER] $B/PATH`. */
const requests = [...page.matchAll(/^curl --data-binary @(\S+) (?:-H ("\$J"|'[^']+') )?\$B(\/\S+)$/gm)].map(
  ([, file = '', header, path = '']) => ({ file, header, path }),
);
const jsonHeader = /^J='(.+)'$/m.exec(page)?.[1] ?? '';

const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').trim().split('\n').length;
const deliveries = requests.reduce(
  (sum, { file }) => sum + (file.endsWith('.ndjson') ? linesOf(file) : 1),
  0,
);

/** What curl sends where no header says otherwise. */
const curlDefault = 'application/x-www-form-urlencoded';

function contentType(header: string | undefined): string {
  if (header === undefined) return curlDefault;
  return (header === '"$J"' ? jsonHeader : header.slice(1, -1)).replace('content-type: ', '');
}

describe('examples/README.md', () => {
  let app: AppProcess;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-examples-'));
    app = new AppProcess('standalone', {
      TALLYLINE_DATA: directory,
      TALLYLINE_CATALOGUE: join(root, 'apps/cli/demo/catalogue'),
    });
  });
  afterAll(async () => {
    app.child.kill('SIGKILL');
    await app.ended;
    rmSync(directory, { recursive: true });
  });

  it('sends every body that lies in the folder', () => {
    const bodies = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(json|ndjson)$/.test(file))
      .map((file) => `examples/${file.replaceAll('\\', '/')}`);
    expect(requests.map(({ file }) => file).toSorted()).toEqual(bodies.toSorted());
  });

  it('has each of its requests accepted, and every contact in the KPIs with nothing refused', async () => {
    const url = await app.ready();
    for (const { file, header, path } of requests) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': contentType(header) },
        body: readFileSync(join(root, file)),
      });
      expect([file, response.status]).toEqual([file, 202]);
    }
    const kpisOf = async (programme: string) => {
      const path = `/v1/programmes/${programme}/kpis?from=2026-03-02&to=2026-03-02`;
      return (await (await app.get(path)).json()) as { offered: number; answered: number; handled: number };
    };
    await waitUntil(async () => (await kpisOf('aurore')).handled >= 2);
    await waitUntil(async () => (await kpisOf('boreal')).handled >= 1);
    expect(await kpisOf('aurore')).toMatchObject({ offered: 2, answered: 2, handled: 2 });
    expect(await kpisOf('boreal')).toMatchObject({ offered: 2, answered: 1, handled: 1 });
    const counted = async (metric: string, group?: string) =>
      (await app.metrics(metric))
        .filter(({ labels }) => group === undefined || labels['group'] === group)
        .reduce((sum, { value }) => sum + value, 0);
    await waitUntil(async () => (await counted('batch_records_sum', 'normalizer')) >= deliveries);
    expect([await counted('refused_total'), await counted('warnings_total')]).toEqual([0, 0]);
  }, 60_000);
});
