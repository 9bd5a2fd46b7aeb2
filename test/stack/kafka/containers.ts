import {
  type BrokerHandle,
  clusterId,
  commonSettings,
  type KafkaOptions,
  type KafkaStack,
} from '#test/stack/kafka/cluster.js';
import { untilServing } from '#test/stack/kafka/serving.js';
import { freePorts } from '#test/stack/process.js';

const image = 'apache/kafka:4.3.1';

/** Brokers as containers. The engine's own reaper removes them when this process ends. */
export async function startContainers(options: KafkaOptions): Promise<KafkaStack> {
  const { GenericContainer, getContainerRuntimeClient, Network } = await import('testcontainers');
  const engine = await getContainerRuntimeClient();
  const network = await new Network().start();
  const ports = await freePorts(options.brokers);
  const bootstrap = ports.map((port) => `127.0.0.1:${port}`);
  const brokerIds = ports.map((_, index) => index + 1);
  const containers = await Promise.all(
    brokerIds.map((id) =>
      new GenericContainer(image)
        .withNetwork(network)
        .withNetworkAliases(`kafka-${id}`)
        .withExposedPorts({ container: clientPort, host: ports[id - 1] ?? 0 })
        .withEnvironment(environment(options, id, bootstrap))
        .start(),
    ),
  );
  const stop = async () => {
    await Promise.all(containers.map((container) => container.stop({ timeout: 0 })));
    await network.stop();
  };
  try {
    await untilServing(bootstrap, brokerIds);
  } catch (error) {
    await stop();
    throw error;
  }
  const brokers = containers.map((container, index): BrokerHandle => {
    const raw = engine.container.getById(container.getId());
    const id = index + 1;
    const address = bootstrap[index] ?? '';
    return {
      id,
      address,
      kill: async () => void (await raw.kill({ signal: 'SIGKILL' })),
      pause: async () => void (await raw.pause()),
      resume: async () => void (await raw.unpause()),
      shutDown: async () => void (await raw.stop({ t: 60 })),
      start: async () => {
        await raw.start();
        await untilServing([address], [id]);
      },
    };
  });
  return { source: 'containers', bootstrap, listeners: {}, brokers, stop };
}

const clientPort = 9092;

/** The image turns KAFKA_A_B into the setting a.b. */
function environment(
  options: KafkaOptions,
  id: number,
  bootstrap: readonly string[],
): Record<string, string> {
  const voters = bootstrap.map((_, index) => `${index + 1}@kafka-${index + 1}:9094`);
  const settings: Record<string, string> = {
    ...commonSettings(id, options.brokers),
    'controller.quorum.voters': voters.join(','),
    listeners: `CLIENT://:${clientPort},BETWEEN://:9093,CONTROLLER://:9094`,
    'advertised.listeners': `CLIENT://${bootstrap[id - 1]},BETWEEN://kafka-${id}:9093`,
    'inter.broker.listener.name': 'BETWEEN',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,BETWEEN:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...options.settings,
  };
  const variables = Object.entries(settings).map(([name, value]) => {
    return [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value] as const;
  });
  return { ...Object.fromEntries(variables), CLUSTER_ID: clusterId };
}
