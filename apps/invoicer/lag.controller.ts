import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { pipelineLag, type PipelineView } from '#pipeline/pipeline-lag.js';
import { groupLags, lagRows, ProgressAges } from '#pipeline/stage-lags.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';

export const pipelineViewToken = Symbol('pipeline as it is seen from outside');

const lagSchema = z.object({
  stages: z.array(
    z.object({
      group: z.string().describe('In which the processes of a stage read.'),
      topic: z.string(),
      partitions: z.int().min(0),
      partitionsBehind: z.int().min(0).describe('With something to read.'),
      lagRecords: z.int().min(0),
      lagSeconds: z.number().min(0).describe('Age of what waits longest; 0: nothing waits.'),
      progressAgeSeconds: z
        .number()
        .min(0)
        .nullable()
        .describe('Since when a partition with something to read has not moved, as far as it was asked for.'),
      verdict: z.enum(['caughtUp', 'behind', 'stuck']).describe('`stuck`: as in the alert, for two minutes.'),
    }),
  ),
});

@ApiTags('operations')
@Controller('v1/lag')
export class LagController {
  readonly #ages = new ProgressAges();

  constructor(@Inject(pipelineViewToken) private readonly view: PipelineView) {}

  @Get()
  @ApiOperation({
    summary: 'How far each stage is behind',
    description:
      'Records and time over all partitions of a stage, with a verdict, as `tallyline lag` prints it.',
  })
  @ApiResponse({ status: 200, description: 'Each stage.', standardSchema: lagSchema })
  @ApiProblems('log-unavailable', 'store-unavailable')
  async lag(): Promise<z.input<typeof lagSchema>> {
    return { stages: groupLags(lagRows(await pipelineLag(this.view), this.#ages, Date.now())) };
  }
}
