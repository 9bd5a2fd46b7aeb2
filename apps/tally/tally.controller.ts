import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Batch, BatchResult, PartitionHandler } from '#log/log.js';
import { assigned, EventPattern, lost } from '#log/nest/event-pattern.js';
import { topics } from '#wire/topics.js';

export const tallyToken = Symbol('partition handler of the tally');

/** The tally as Nest's transport calls it. */
@Controller()
export class TallyController {
  constructor(@Inject(tallyToken) private readonly handler: PartitionHandler) {}

  @EventPattern(assigned(topics.postings.name))
  assigned(@Payload() partition: number): Promise<number> {
    return this.handler.assigned(partition);
  }

  @EventPattern(topics.postings.name)
  batch(@Payload() batch: Batch): Promise<BatchResult> {
    return this.handler.batch(batch);
  }

  @EventPattern(lost(topics.postings.name))
  lost(@Payload() partition: number): void {
    this.handler.lost(partition);
  }
}
