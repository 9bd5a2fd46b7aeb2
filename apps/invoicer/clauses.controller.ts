import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { languages } from '#contract-text/lang.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { id, unknownContract } from './periods-api.js';
import { unbilledApiToken, type UnbilledService } from './unbilled.controller.js';

const query = z.strictObject({ lang: z.enum(languages).default('en') });

const documentSchema = z.object({
  title: z.string(),
  articles: z
    .array(
      z.object({
        title: z.string(),
        clauses: z
          .array(
            z.object({ id: z.string(), text: z.string(), items: z.array(z.string()).readonly() }).meta({
              id: 'Clause',
              description: 'With its items (a), (b), … below it.',
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
});

@ApiTags('figures')
@Controller('v1/contracts/:id/clauses')
export class ClausesController {
  constructor(@Inject(unbilledApiToken) private readonly service: Pick<UnbilledService, 'lookup'>) {}

  @Get()
  @ApiOperation({
    summary: 'A contract as clauses',
    description: 'All that is measured and charged, as sentences, of the catalogue in force.',
  })
  @ApiResponse({ status: 200, description: 'The clauses.', standardSchema: documentSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'log-unavailable')
  async clauses(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) name: string,
    @Query({ schema: query, pipes: [validationPipe('query')] }) { lang }: z.infer<typeof query>,
  ): Promise<z.input<typeof documentSchema>> {
    const contract = (await this.service.lookup()).contract(name);
    if (contract === null) throw unknownContract();
    return contractDocument(contract, lang);
  }
}
