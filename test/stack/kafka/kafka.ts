import { engineAnswers } from '#test/stack/containers.js';
import type { KafkaOptions, KafkaStack } from '#test/stack/kafka/cluster.js';
import { StackUnavailable } from '#test/stack/unavailable.js';

/** Kafka from the first source that has it: TALLYLINE_KAFKA, processes of this machine, containers. */
export async function startKafka(options: KafkaOptions): Promise<KafkaStack> {
  const named = process.env['TALLYLINE_KAFKA'];
  const canShare = options.faults !== true && options.listeners === undefined;
  if (named !== undefined && named !== '' && canShare) return fromEnvironment(named);
  const processes = await import('#test/stack/kafka/processes.js');
  try {
    return await processes.startProcesses(options);
  } catch (error) {
    if (!(error instanceof StackUnavailable) || options.listeners !== undefined) throw error;
    if (!(await engineAnswers())) throw error;
    const { startContainers } = await import('#test/stack/kafka/containers.js');
    return startContainers(options);
  }
}

async function fromEnvironment(named: string): Promise<KafkaStack> {
  const bootstrap = named.split(',').map((address) => address.trim());
  const { untilServing } = await import('#test/stack/kafka/serving.js');
  try {
    await untilServing(bootstrap, []);
  } catch (error) {
    throw new StackUnavailable(`TALLYLINE_KAFKA=${named} does not answer: ${String(error)}`);
  }
  return { source: 'environment', bootstrap, listeners: {}, brokers: [], stop: () => Promise.resolve() };
}
