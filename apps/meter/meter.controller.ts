import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Batch, BatchResult, PartitionHandler } from '#log/log.js';
import { assigned, EventPattern, lost } from '#log/nest/event-pattern.js';
import { meterStage } from '#wire/stages.js';

export const meterToken = Symbol('partition handler of the meter');

/** The meter as Nest's transport calls it. */
@Controller()
export class MeterController {
  constructor(@Inject(meterToken) private readonly handler: PartitionHandler) {}

  @EventPattern(assigned(meterStage.topic))
  assigned(@Payload() partition: number): Promise<number> {
    return this.handler.assigned(partition);
  }

  @EventPattern(meterStage.topic)
  batch(@Payload() batch: Batch): Promise<BatchResult> {
    return this.handler.batch(batch);
  }

  @EventPattern(lost(meterStage.topic))
  lost(@Payload() partition: number): void {
    this.handler.lost(partition);
  }
}
