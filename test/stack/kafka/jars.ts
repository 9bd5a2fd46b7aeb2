import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterId } from '#test/stack/kafka/cluster.js';
import { StackUnavailable } from '#test/stack/unavailable.js';

const run = promisify(execFile);
const here = import.meta.dirname;

/** Log settings of the broker, as a system property of its JVM. */
export const logSettings = `-Dlog4j2.configurationFile=${sourceFile('log4j2.yaml')}`;

export interface KafkaInstallation {
  readonly java: string;
  /** Directory of the jars. */
  readonly jars: string;
  /** What `format` leaves behind but for the ids: the same for every broker. */
  readonly checkpoint: string;
  /** Where an archive of the broker's loaded classes may be. */
  readonly classes: string;
}

/** Apache Kafka on this machine's Java, resolved once into the cache and verified at each use. */
export async function installKafka(): Promise<KafkaInstallation> {
  const java = await findJava();
  const cache = process.env['TALLYLINE_CACHE'] ?? join(homedir(), '.cache', 'tallyline');
  const jars = join(cache, `kafka-${kafkaVersion()}`);
  if (!isComplete(jars)) await resolveJars(cache, jars, java);
  return { java, jars, checkpoint: join(jars, checkpointFile), classes: join(jars, 'classes.jsa') };
}

const manifestFile = 'complete.json';
const checkpointFile = 'bootstrap.checkpoint';

/** An interrupted or damaged cache is not complete: the list of names and sizes is written last. */
function isComplete(jars: string): boolean {
  const manifest = join(jars, manifestFile);
  if (!existsSync(manifest)) return false;
  const sizes = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, number>;
  return Object.entries(sizes).every(([name, size]) => {
    const found = statSync(join(jars, name), { throwIfNoEntry: false });
    return found?.size === size;
  });
}

async function resolveJars(cache: string, jars: string, java: string): Promise<void> {
  const work = `${jars}.${process.pid}`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const goal = ['-q', '-B', '-f', sourceFile('pom.xml'), 'dependency:copy-dependencies'];
    await run('mvn', [...goal, `-DoutputDirectory=${work}`, '-DincludeScope=runtime'], { timeout: 300_000 });
    await format(work, java);
    const sizes = readdirSync(work).map((name) => [name, statSync(join(work, name)).size] as const);
    await writeFile(join(work, manifestFile), JSON.stringify(Object.fromEntries(sizes), null, 2));
    await rm(jars, { recursive: true, force: true });
    await rename(work, jars);
  } catch (error) {
    if (isComplete(jars)) return;
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new StackUnavailable(`Kafka's jars could not be resolved by Maven into ${cache}: ${reason}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Formats a data directory once; copies of its checkpoint spare every later broker a JVM start. */
async function format(work: string, java: string): Promise<void> {
  const data = join(work, 'formatted');
  const settings = join(work, 'format.properties');
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    'controller.quorum.voters=1@127.0.0.1:19093',
    'listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093',
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${data}`,
  ];
  await writeFile(settings, lines.join('\n'));
  const tool = ['-cp', `${work}/*`, logSettings, 'kafka.tools.StorageTool'];
  await run(java, [...tool, 'format', '-t', clusterId, '-c', settings]);
  await rename(join(data, checkpointFile), join(work, checkpointFile));
  await rm(data, { recursive: true });
  await rm(settings);
}

async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home === undefined ? 'java' : join(home, 'bin', 'java');
  const { stderr } = await run(java, ['-version']).catch(() => {
    throw new StackUnavailable('no Java: Kafka runs on Java 17 or newer (JAVA_HOME or PATH)');
  });
  const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (!(major >= 17)) throw new StackUnavailable(`Java is ${major}: Kafka runs on Java 17 or newer`);
  return java;
}

function kafkaVersion(): string {
  const pom = readFileSync(sourceFile('pom.xml'), 'utf8');
  const version = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error('pom.xml names no kafka_2.13');
  return version;
}

/** Beside this file in the sources; a build leaves such files where they are. */
function sourceFile(name: string): string {
  const beside = join(here, name);
  if (existsSync(beside)) return beside;
  return join(here.replace(/[\\/]dist[\\/]/, '/'), name);
}
