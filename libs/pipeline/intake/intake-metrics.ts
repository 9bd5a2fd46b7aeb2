import {
  counter,
  type Counter,
  gauge,
  type Histogram,
  histogram,
  latencyBuckets,
  type Registry,
} from '#runtime/metrics.js';
import type { DeliveryWriter } from './delivery-writer.js';

/**
 * What intake measures of itself. Connections are those of the catalogue, and `unknown` for all others
 * together.
 */
export interface IntakeMetrics {
  /** By connection and HTTP status; a batch that is rejected counts once. */
  readonly deliveries: Counter<'connection' | 'answer'>;
  readonly bytes: Counter<'connection'>;
  readonly ackSeconds: Histogram;
}

export function intakeMetrics(registry: Registry, deliveryWriter: DeliveryWriter): IntakeMetrics {
  const depth = (pick: (depth: ReturnType<DeliveryWriter['depth']>) => number) => () => [
    { labels: {}, value: pick(deliveryWriter.depth()) },
  ];
  gauge(
    registry,
    'tallyline_intake_queue_records',
    'Records that wait for their ack.',
    [],
    depth(({ records }) => records),
  );
  gauge(
    registry,
    'tallyline_intake_queue_bytes',
    'Size of what waits for its ack.',
    [],
    depth(({ bytes }) => bytes),
  );
  gauge(
    registry,
    'tallyline_intake_queue_age_seconds',
    'Age of the oldest record that waits for its ack; 0: none waits.',
    [],
    depth(({ oldestAgeMs }) => oldestAgeMs / 1000),
  );
  return {
    deliveries: counter(
      registry,
      'tallyline_intake_deliveries_total',
      'Deliveries by connection and HTTP status of the answer; a batch that is rejected counts once.',
      ['connection', 'answer'],
    ),
    bytes: counter(registry, 'tallyline_intake_bytes_total', 'Bytes of accepted bodies, decoded.', [
      'connection',
    ]),
    ackSeconds: histogram(
      registry,
      'tallyline_intake_ack_seconds',
      'From a body read and checked to the durable ack of the log.',
      [],
      latencyBuckets,
    ),
  };
}
