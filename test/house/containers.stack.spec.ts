import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { documentedVariables, readConfig } from '#runtime/config.js';
import { AppProcess } from '#test/processes/app-process.js';
import { knownMetrics, metricsIn, scrapedNames } from '#test/house/known-metrics.js';
import { findPromtool } from '#test/house/promtool.js';
import { describeWith } from '#test/stack/describe-with.js';

const root = join(import.meta.dirname, '../..');
const docker = join(root, 'docker');
const textOf = (file: string): string => readFileSync(join(docker, file), 'utf8');
const yamlOf = <T>(file: string): T => parse(textOf(file), { merge: true }) as T;

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: { APP: string } };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}

const compose = yamlOf<{ services: Record<string, Service>; volumes: Record<string, unknown> }>(
  'compose.yaml',
);
const services = Object.entries(compose.services);
const apps = services.filter(([, { build }]) => build !== undefined);
const dockerfile = textOf('Dockerfile');

describe('docker/compose.yaml', () => {
  it('has every app except standalone, each built from its own sources', () => {
    expect(apps.map(([name, { build }]) => [name, build?.args.APP])).toEqual(
      apps.map(([name]) => [name, name]),
    );
    const all = readdirSync(join(root, 'apps')).filter((app) =>
      existsSync(join(root, 'apps', app, 'main.ts')),
    );
    expect([...apps.map(([name]) => name), 'standalone'].toSorted()).toEqual(all.toSorted());
    for (const [, { build }] of apps) {
      expect(existsSync(join(docker, build!.context, build!.dockerfile))).toBe(true);
    }
  });

  it('pins every image that it does not build', () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images.length).toBeGreaterThan(3);
    expect(images.filter((image) => !/^[a-z/]+:v?\d+\.\d+(\.\d+)?$/.test(image))).toEqual([]);
  });

  it('depends on existing services, and waits only for those with a health check', () => {
    for (const [name, { depends_on: dependsOn = [] }] of services) {
      const needed = Array.isArray(dependsOn)
        ? dependsOn.map((each: string) => [each, null])
        : Object.entries(dependsOn);
      for (const [other, condition] of needed as [string, { condition: string } | null][]) {
        expect([name, Object.keys(compose.services)]).toEqual([name, expect.arrayContaining([other])]);
        if (condition?.condition !== 'service_healthy') continue;
        expect([other, compose.services[other]?.healthcheck?.test]).not.toEqual([other, undefined]);
      }
    }
  });

  it('sets only known settings, which each app reads without a fault', () => {
    const known = new Set(documentedVariables().map(({ name }) => name));
    for (const [name, { environment = {} }] of apps) {
      expect([name, Object.keys(environment).filter((variable) => !known.has(variable))]).toEqual([name, []]);
      const given = Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [
          variable,
          value.replace(/^\$\{\w+:-(\w+)\}$/, '$1'),
        ]),
      );
      const config = readConfig({ TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32) }, given);
      expect(config).toMatchObject({
        engine: {
          kind: 'distributed',
          brokers: ['kafka:9092'],
          redis: ['redis://redis:6379'],
          replication: 1,
        },
        unknownVariables: [],
      });
    }
  });

  it('mounts only existing files and volumes', () => {
    for (const [name, { volumes = [] }] of services) {
      // `:?` has the operator name a directory; without a colon it is a volume of the container alone.
      for (const volume of volumes.filter((each) => each.includes(':') && !each.includes(':?'))) {
        const [source = ''] = volume.replace(/^\$\{\w+:-([^}]+)\}/, '$1').split(':');
        const isThere = source.startsWith('.') ? existsSync(join(docker, source)) : source in compose.volumes;
        expect([name, source, isThere]).toEqual([name, source, true]);
      }
    }
  });

  it('publishes each port once, to this machine only, and for apps the port that they listen on', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port] as const),
    );
    const hosts = published.map(([, port]) => port.split(':'));
    expect(hosts.map(([host]) => host)).toEqual(hosts.map(() => '127.0.0.1'));
    expect(new Set(hosts.map(([, port]) => port)).size).toBe(hosts.length);
    const listening = /TALLYLINE_PORT=(\d+)/.exec(dockerfile)?.[1];
    const ofApps = published.filter(([name]) => apps.some(([app]) => app === name));
    expect(ofApps.map(([name, port]) => [name, port.split(':')[2]])).toEqual(
      ofApps.map(([name]) => [name, listening]),
    );
  });

  it('gives every app more time to shut down than it takes', () => {
    for (const [name, service] of apps) {
      expect([name, Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1])]).toEqual([name, 25]);
    }
    const shutdown = readFileSync(join(root, 'libs/runtime/shutdown.ts'), 'utf8');
    expect(Number(/deadlineMs = ([\d_]+);/.exec(shutdown)?.[1]?.replace('_', ''))).toBeLessThan(20_000);
  });
});

describe('docker/Dockerfile', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );

  it('builds on the Node of this repository, and runs as a user who is not root', () => {
    const [major] = readFileSync(join(root, '.node-version'), 'utf8').split('.');
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${major}-slim`]));
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(/^USER (\w+)$/m.exec(last)?.[1]).toBe('node');
  });

  it('copies existing files that .dockerignore admits', () => {
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const admitted = new Set(
      textOf('Dockerfile.dockerignore')
        .split('\n')
        .flatMap((line) => /^!(.+)$/.exec(line)?.[1] ?? []),
    );
    expect(copied.filter((path) => !admitted.has(path.split('/')[0] ?? ''))).toEqual([]);
  });

  it('sets only known settings', () => {
    const known = new Set(documentedVariables().map(({ name }) => name));
    const set = [...dockerfile.matchAll(/(TALLYLINE_\w+)=/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !known.has(name ?? ''))).toEqual([]);
  });
});

describe('the monitoring of the containers', () => {
  let app: AppProcess;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-containers-'));
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

  it('has health checks that fail when the process is not healthy', async () => {
    const port = new URL(await app.ready()).port;
    const inImage = JSON.parse(/HEALTHCHECK[^[]*(\[.*\])$/m.exec(dockerfile)?.[1] ?? '') as string[];
    const checks = [inImage, ...apps.flatMap(([, { healthcheck }]) => [healthcheck?.test?.slice(1) ?? []])];
    const scripts = [...new Set(checks.flatMap(([, , script]) => script ?? []))];
    expect(scripts.map((script) => /\/health\/\w+/.exec(script)?.[0])).toEqual([
      '/health/live',
      '/health/ready',
    ]);
    const ask = (script: string, at: string) =>
      promisify(execFile)(process.execPath, ['-e', script.replace('8080', at)], {
        env: { TALLYLINE_PORT: at },
      }).then(
        () => 'healthy',
        () => 'not healthy',
      );
    for (const script of scripts) {
      expect([script, await ask(script, port), await ask(script, '1')]).toEqual([
        script,
        'healthy',
        'not healthy',
      ]);
    }
  }, 60_000);

  it('scrapes every app that keeps running', () => {
    interface Scrape {
      readonly job_name: string;
      readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[];
    }
    const { scrape_configs: jobs, rule_files: rules } = yamlOf<{
      scrape_configs: Scrape[];
      rule_files: string[];
    }>('prometheus/prometheus.yaml');
    const lasting = apps.map(([name]) => name).filter((name) => name !== 'cli');
    expect(jobs.map(({ job_name: job }) => job)).toEqual(lasting);
    for (const { job_name: job, dns_sd_configs: found } of jobs) {
      expect([job, found]).toMatchObject([job, [{ names: [job], port: 8080 }]]);
    }
    expect(rules.filter((file) => !existsSync(join(docker, 'prometheus', file)))).toEqual([]);
  });

  it('knows exactly the metrics that a running process has', async () => {
    const scraped = scrapedNames(await (await app.get('/metrics')).text());
    const known = [...knownMetrics().keys()];
    // Only processes that work on Redis have its metrics.
    const elsewhere = known.filter((name) => /^tallyline_(redis|store_server)_|^up$/.test(name));
    expect(scraped.toSorted()).toEqual(known.filter((name) => !elsewhere.includes(name)).toSorted());
    expect(elsewhere).toHaveLength(5);
  }, 60_000);

  it('names metrics and labels that exist, in rules, their tests and the dashboard', () => {
    const known = knownMetrics();
    const rules = yamlOf<{ groups: { rules: { expr: string }[] }[] }>('prometheus/rules.yaml');
    const situations = yamlOf<{ tests: { input_series: { series: string }[] }[] }>(
      'prometheus/rules.test.yaml',
    );
    const dashboard = JSON.parse(textOf('grafana/dashboards/tallyline.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const expressions = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...situations.tests.flatMap(({ input_series: series }) => series.map((each) => each.series)),
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ];
    expect(expressions.length).toBeGreaterThan(100);
    const wrong = expressions.flatMap((expression) => {
      const { names, by } = metricsIn(expression);
      const all = new Set(names.flatMap(({ name }) => known.get(name) ?? []));
      return [
        ...names.flatMap(({ name, labels }) => {
          const has = known.get(name);
          if (has === undefined) return [`there is no metric ${name}`];
          return labels
            .filter((label) => !has.includes(label))
            .map((label) => `${name} has no label ${label}`);
        }),
        ...by.filter((label) => !all.has(label)).map((label) => `no label ${label} in: ${expression}`),
      ];
    });
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('uses every metric of Tallyline in a rule or a panel', () => {
    const bare = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
    const files = ['grafana/dashboards/tallyline.json', 'prometheus/rules.yaml'];
    const watched = new Set(
      files.flatMap((file) => metricsIn(textOf(file)).names.map(({ name }) => bare(name))),
    );
    const unseen = [...knownMetrics().keys()]
      .filter((name) => name.startsWith('tallyline_'))
      .filter((name) => !watched.has(bare(name)));
    expect(unseen).toEqual(['tallyline_build_info']);
  });

  it('provisions its data source and its dashboards', () => {
    interface Sources {
      readonly datasources: readonly { readonly uid: string; readonly url: string }[];
    }
    const [source] = yamlOf<Sources>('grafana/provisioning/datasources/prometheus.yaml').datasources;
    expect(source?.url).toBe('http://prometheus:9090');
    const uids = [...textOf('grafana/dashboards/tallyline.json').matchAll(/"uid": "(\w+)"/g)].map(
      ([, uid]) => uid,
    );
    expect(new Set(uids)).toEqual(new Set([source?.uid, 'tallyline']));
    const { providers } = yamlOf<{ providers: { options: { path: string } }[] }>(
      'grafana/provisioning/dashboards/tallyline.yaml',
    );
    const mounts = (compose.services['grafana']?.volumes ?? []).map((volume) => volume.split(':')[1]);
    expect(mounts).toContain(providers[0]?.options.path);
  });
});

const promtool = await findPromtool();

describeWith([promtool], ({ command }) => {
  describe('promtool', () => {
    const ask = (...args: string[]) =>
      promisify(execFile)(command, args, { cwd: join(docker, 'prometheus') }).then(
        ({ stdout }) => stdout,
        (error: { stdout?: string; stderr?: string }) => `FAILED\n${error.stdout ?? ''}${error.stderr ?? ''}`,
      );

    it('accepts the configuration and the rules', async () => {
      // The file of its key lies in the container only.
      expect(await ask('check', 'config', '--syntax-only', 'prometheus.yaml')).toMatch(/SUCCESS: /);
      expect(await ask('check', 'rules', 'rules.yaml')).toMatch(/SUCCESS: \d+ rules found/);
    });

    it('finds exactly the alerts that the recorded situations expect', async () => {
      const files = readdirSync(join(docker, 'prometheus')).filter((file) => file.endsWith('.test.yaml'));
      expect(files.length).toBeGreaterThan(0);
      const answer = await ask('test', 'rules', ...files);
      expect(answer).not.toContain('FAILED');
      expect(answer).toContain('SUCCESS');
    });
  });
});

describe('the recorded situations', () => {
  it('let every alert fire at least once', () => {
    const rules = yamlOf<{ groups: { rules: { alert: string }[] }[] }>('prometheus/rules.yaml');
    const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    const fired = new Set(
      [...textOf('prometheus/rules.test.yaml').matchAll(/alertname="(\w+)"/g)].map(([, name]) => name),
    );
    expect(alerts.filter((alert) => !fired.has(alert))).toEqual([]);
    expect(new Set(alerts).size).toBe(alerts.length);
  });
});
