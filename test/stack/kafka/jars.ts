import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cached, cacheFolder } from '#test/stack/fetched/cache.js';
import { onPath, output, type Program, reasonOf } from '#test/stack/fetched/program.js';
import { fetchJars, type JarLock } from '#test/stack/kafka/central.js';
import { clusterId } from '#test/stack/kafka/cluster.js';
import { findJava } from '#test/stack/kafka/java.js';
import { StackUnavailable } from '#test/stack/unavailable.js';

const here = import.meta.dirname;

/** Log settings of the broker, as a system property of its JVM. */
export const logSettings = `-Dlog4j2.configurationFile=${sourceFile('log4j2.yaml')}`;

export interface KafkaInstallation {
  readonly java: Program;
  /** Directory of the jars. */
  readonly jars: string;
  /** What `format` writes beside the ids: the same for every broker. */
  readonly checkpoint: string;
  /** Path of the archive of the broker's loaded classes; it may not exist yet. */
  readonly classes: string;
}

/**
 * Apache Kafka on Java: by Maven where there is one, since it knows the user's mirrors and passwords, else by
 * `jars.lock.json`. They are fetched into the cache once and verified at each use.
 */
export async function installKafka(): Promise<KafkaInstallation> {
  const { program, version } = await findJava();
  const jars = await cached(`kafka-${kafkaVersion()}`, (work) => fill(work, program)).catch(
    (error: unknown) => {
      throw new StackUnavailable(
        `Kafka's jars could not be fetched (${reasonOf(error)}): name a Kafka in TALLYLINE_KAFKA`,
      );
    },
  );
  const classes = join(jars, `classes-${version}.jsa`);
  return { java: program, jars, checkpoint: join(jars, checkpointFile), classes };
}

const checkpointFile = 'bootstrap.checkpoint';

async function fill(work: string, java: Program): Promise<void> {
  const lock = JSON.parse(readFileSync(sourceFile('jars.lock.json'), 'utf8')) as JarLock;
  process.stderr.write(`fetching Kafka ${kafkaVersion()} into ${cacheFolder()}\n`);
  const maven = await onPath('mvn');
  if (maven === null) await fetchJars(lock, work);
  else await copyByMaven(maven, work);
  const wrong = Object.entries(lock).filter(([path, digest]) => {
    const file = join(work, basename(path));
    return !existsSync(file) || hash('sha256', readFileSync(file)) !== digest;
  });
  if (wrong.length > 0 || readdirSync(work).length !== Object.keys(lock).length) {
    throw new Error(
      `they are not those of jars.lock.json: run node tools/lock-jars.mjs after a change to pom.xml`,
    );
  }
  await format(work, java);
}

async function copyByMaven(maven: Program, work: string): Promise<void> {
  const goal = ['-q', '-B', '-f', sourceFile('pom.xml'), 'dependency:copy-dependencies'];
  await output(maven, [...goal, `-DoutputDirectory=${work}`, '-DincludeScope=runtime']);
}

/** Formats a data directory once; copies of its checkpoint spare every later broker a JVM start. */
async function format(work: string, java: Program): Promise<void> {
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
  await output(java, [...tool, 'format', '-t', clusterId, '-c', settings]);
  await rename(join(data, checkpointFile), join(work, checkpointFile));
  await rm(data, { recursive: true });
  await rm(settings);
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
