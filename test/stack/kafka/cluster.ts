export interface KafkaOptions {
  readonly brokers: 1 | 3;
  /** The suite kills and pauses brokers: an address from the environment is not enough. */
  readonly faults?: boolean;
  /** Broker settings on top of those of the stack. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further listeners by name, of processes only: `SSL`, `SASL_SSL`, …, and their settings. */
  readonly listeners?: Readonly<Record<string, ListenerOptions>>;
  /** Further options of the Java machine, of processes only. */
  readonly javaOptions?: readonly string[];
}

export interface ListenerOptions {
  readonly protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
  readonly settings: Readonly<Record<string, string>>;
  /** By which name the broker calls itself. Default 127.0.0.1. */
  readonly host?: string;
}

export interface KafkaStack {
  readonly source: 'environment' | 'containers' | 'processes';
  readonly bootstrap: readonly string[];
  /** Address of the first broker at each further listener. */
  readonly listeners: Readonly<Record<string, string>>;
  /** Empty where the environment names the cluster. */
  readonly brokers: readonly BrokerHandle[];
  stop(): Promise<void>;
}

/** One broker that tests kill and pause. */
export interface BrokerHandle {
  readonly id: number;
  readonly address: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP: the connections stay, nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /** Controlled shutdown: leaders move away first. */
  shutDown(): Promise<void>;
  /** Starts it again on the same data and waits until the cluster has registered it. */
  start(): Promise<void>;
}

/** Settings of a broker that do not depend on where it runs. */
export function commonSettings(id: number, brokers: number): Record<string, string> {
  const minInSync = brokers > 1 ? '2' : '1';
  return {
    'process.roles': 'broker,controller',
    'node.id': `${id}`,
    'controller.listener.names': 'CONTROLLER',
    'auto.create.topics.enable': 'false',
    'default.replication.factor': `${brokers}`,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': `${brokers}`,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': `${brokers}`,
    'transaction.state.log.min.isr': minInSync,
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': `${brokers}`,
    'share.coordinator.state.topic.min.isr': '1',
    // The default is 15 s between compactions.
    'log.cleaner.backoff.ms': '200',
    // The default delays the first join of a group by 3 s.
    'group.initial.rebalance.delay.ms': '0',
    // How long a killed broker counts as alive: its leaders move, and it may register again, only after that.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
  };
}

/** Id of every cluster that is started here: formatted data are copied from broker to broker. */
export const clusterId = 'AAAAAAAAAAAAAAAAAAAAAQ';
