import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '#runtime/nest/actor-of.js';
import { CatalogueFaults } from '#catalogue/load.js';
import type { LoggedEntry } from '#pipeline/catalogue-log.js';
import type { CatalogueComparison, CatalogueService } from '#pipeline/catalogue-service.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';

export const catalogueServiceToken = Symbol('catalogue in force');
export const catalogueClockToken = Symbol('clock of the catalogue');

const version = z.string().describe('Hash of the content of a catalogue.');
const entrySchema = z
  .object({
    number: z.int().min(1),
    version,
    at: z.iso.datetime().describe('When it was put in force.'),
    author: z.string(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'CatalogueEntry', description: 'A catalogue was put in force.' });

const stateSchema = z.object({
  inForce: entrySchema.nullable().describe('null: none was ever put in force.'),
  own: version.describe(
    'What this process works under; another one than in force: its figures are as of this one.',
  ),
});

const historySchema = z.object({
  entries: z.array(entrySchema).describe('Oldest first; the last is in force.'),
});

const fieldSchema = z.object({
  path: z.string(),
  before: z.unknown().optional().describe('Missing: the field was not there.'),
  after: z.unknown().optional().describe('Missing: the field is gone.'),
});
const changeSchema = z
  .object({
    part: z.enum(['tenant', 'connection', 'programme', 'queue', 'agent', 'outcome', 'contract', 'confirmed']),
    id: z.string(),
    kind: z.enum(['added', 'removed', 'changed']),
    fields: z.array(fieldSchema),
  })
  .meta({ id: 'CatalogueChange', description: 'What differs in one part of the catalogue.' });
const appliedSchema = z.object({
  from: version.nullable(),
  to: version,
  entry: entrySchema
    .nullable()
    .describe('null: nothing was written, for a dry run or since it is in force already.'),
  changes: z.array(changeSchema),
});

const applyQuery = z.strictObject({
  author: z.string().trim().min(1).max(200).describe('Who decides it.'),
  reason: z.string().max(2_000).optional().describe('Why.'),
  dryRun: z.enum(['true', 'false']).default('false').describe('Only show what it would change.'),
});

@ApiTags('catalogue')
@Controller('v1/catalogue')
export class CatalogueController {
  constructor(
    @Inject(catalogueServiceToken) private readonly service: CatalogueService,
    @Inject(catalogueClockToken) private readonly clock: () => number,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The catalogue in force' })
  @ApiResponse({ status: 200, description: 'The catalogue in force.', standardSchema: stateSchema })
  @ApiProblems('log-unavailable')
  async state(): Promise<z.input<typeof stateSchema>> {
    const { inForce, own } = await this.service.state();
    return { inForce: inForce === null ? null : shown(inForce), own };
  }

  @Get('history')
  @ApiOperation({ summary: 'Catalogues that were put in force' })
  @ApiResponse({ status: 200, description: 'All entries.', standardSchema: historySchema })
  @ApiProblems('log-unavailable')
  async history(): Promise<z.input<typeof historySchema>> {
    return { entries: (await this.service.history()).map(shown) };
  }

  @Post('apply')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put the files of this process in force',
    description:
      'Reads the files of the catalogue directory again, and shows what they change. Nothing else changes what is in ' +
      'force: not a start, not a look. An old catalogue comes back in the same way, by an entry of its own.',
  })
  @ApiResponse({ status: 200, description: 'What changes.', standardSchema: appliedSchema })
  @ApiProblems('invalid-request', 'faulty-catalogue', 'catalogue-overtaken', 'log-unavailable')
  async apply(
    @Query({ schema: applyQuery, pipes: [validationPipe('query')] })
    { author, reason, dryRun }: z.infer<typeof applyQuery>,
    @Req() request: FastifyRequest,
  ): Promise<z.input<typeof appliedSchema>> {
    try {
      if (dryRun === 'true') return { ...changesOf(await this.service.compare()), entry: null };
      const { result, ...compared } = await this.service.apply({
        author,
        reason: reason ?? null,
        at: this.clock(),
        actor: actorOf(request),
      });
      if (result.status === 'overtaken') {
        throw overtakenBy(result.inForce);
      }
      return { ...changesOf(compared), entry: result.status === 'applied' ? shown(result.entry) : null };
    } catch (error) {
      if (error instanceof CatalogueFaults) throw new ProblemError('faulty-catalogue', error.message);
      throw error;
    }
  }
}

/** Another catalogue came in force between the look and the act. */
export function overtakenBy({ author, version: inForce }: LoggedEntry): ProblemError {
  const detail = `${author} has put catalogue ${inForce} in force meanwhile; nothing was written. Look again.`;
  return new ProblemError('catalogue-overtaken', detail);
}

function changesOf({ from, to, changes }: CatalogueComparison): Omit<z.input<typeof appliedSchema>, 'entry'> {
  return { from, to, changes: changes.map(({ fields, ...rest }) => ({ ...rest, fields: [...fields] })) };
}

function shown({ version: of, number, author, at, reason }: LoggedEntry): z.input<typeof entrySchema> {
  return { number, version: of, at: new Date(at).toISOString(), author, reason };
}
