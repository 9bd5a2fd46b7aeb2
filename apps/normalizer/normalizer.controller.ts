import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Batch, BatchResult, PartitionHandler } from '#log/log.js';
import { assigned, EventPattern, lost } from '#log/nest/event-pattern.js';
import { normalizerStage } from '#wire/stages.js';

export const normalizerToken = Symbol('partition handler of the normalizer');

/** The normalizer as Nest's transport calls it. */
@Controller()
export class NormalizerController {
  constructor(@Inject(normalizerToken) private readonly handler: PartitionHandler) {}

  @EventPattern(assigned(normalizerStage.topic))
  assigned(@Payload() partition: number): Promise<number> {
    return this.handler.assigned(partition);
  }

  @EventPattern(normalizerStage.topic)
  batch(@Payload() batch: Batch): Promise<BatchResult> {
    return this.handler.batch(batch);
  }

  @EventPattern(lost(normalizerStage.topic))
  lost(@Payload() partition: number): void {
    this.handler.lost(partition);
  }
}
