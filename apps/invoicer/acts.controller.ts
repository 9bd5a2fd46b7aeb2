import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { findingsOf, type Trails } from '#pipeline/audit/read-trails.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { type ReadTrailEntry, trailActs } from '#wire/trail.js';

export const trailsToken = Symbol('audit trails');

/** Reads them with each request, from their beginning. */
export type ReadTrails = () => Promise<Trails>;

const actsQuery = z.strictObject({
  trail: z
    .enum(['log', 'keys'])
    .default('log')
    .describe('`keys`: of API keys, where this process has their file.'),
  contract: z.string().min(1).max(100).optional().describe('Only acts on this contract.'),
  act: z.enum(trailActs).optional().describe('Only acts of this kind.'),
  after: z.coerce.number().int().min(0).default(0).describe('Only entries with a higher number.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

const actSchema = z
  .object({
    number: z.int().describe('Place in the trail: 1, 2, 3, …'),
    at: z.iso.datetime(),
    act: z.string().describe('Such as `period-closed`; later versions know more.'),
    subject: z.string().describe('What it was done to.'),
    actor: z.object({
      name: z.string().describe('A person, the name of a key, or `schedule`.'),
      via: z.enum(['schedule', 'cli', 'http', 'process']),
      role: z.string().nullable().describe('Of the key or token; null: it did not come over HTTP.'),
      address: z.string().nullable().describe('null: it did not come over HTTP.'),
      user: z.string().nullable().describe('Of the machine, on the command line; else null.'),
    }),
    host: z.string().describe('The machine whose process wrote it.'),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number()])),
    isDone: z
      .boolean()
      .nullable()
      .describe(
        'Whether the act lies in the log. false: its process ended before it, or another act was faster. null: acts of ' +
          'this kind leave no record that names their entry.',
      ),
  })
  .meta({ id: 'Act', description: 'An entry of the audit trail, written before its act is done.' });

const actsSchema = z.object({
  acts: z.array(actSchema).describe('Oldest first.'),
  next: z.int().nullable().describe('`after` of the next page; null: there is none.'),
  chain: z.object({
    entries: z.int(),
    head: z
      .string()
      .nullable()
      .describe('Hash over all entries of the trail in the log; null: there are none.'),
    findings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe('Where the trails are not as they were written; empty: they are.'),
  }),
});
type ActsAnswer = z.input<typeof actsSchema>;

@ApiTags('audit')
@Controller('v1/audit/acts')
export class ActsController {
  constructor(@Inject(trailsToken) private readonly trails: ReadTrails) {}

  @Get()
  @ApiOperation({
    summary: 'Who did what',
    description:
      'The audit trail: closes, holds, releases, catalogues put in force, repairs, deliveries sent again, keys; each ' +
      'chained by hashes to all entries before it, which is checked with each request.',
  })
  @ApiResponse({
    status: 200,
    description: 'Acts, and whether the trail is whole.',
    standardSchema: actsSchema,
  })
  @ApiProblems('invalid-request', 'log-unavailable')
  async acts(
    @Query({ schema: actsQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof actsQuery>,
  ): Promise<ActsAnswer> {
    const trails = await this.trails();
    const { records, head, entries } = trails.log;
    const all =
      query.trail === 'log' ? entries : trails.keys.entries.map((each) => ({ ...each, isDone: null }));
    const found = all
      .filter(({ number }) => number > query.after)
      .filter(({ entry }) => query.act === undefined || entry.act === query.act)
      .filter(({ entry }) => query.contract === undefined || entry.details['contract'] === query.contract);
    const page = found.slice(0, query.limit);
    return {
      acts: page.map(actAnswer),
      next: found.length > page.length ? (page.at(-1)?.number ?? null) : null,
      chain: { entries: records, head: head === '' ? null : head, findings: findingsOf(trails) },
    };
  }
}

function actAnswer({
  number,
  isDone,
  entry,
}: ReadTrailEntry & { readonly isDone: boolean | null }): ActsAnswer['acts'][number] {
  const { at, act, subject, actor, host, reason, details } = entry;
  const { name, via, role = null, address, user = null } = actor;
  return {
    number,
    at: new Date(at).toISOString(),
    act,
    subject,
    actor: { name, via, role, address, user },
    host,
    reason,
    details,
    isDone,
  };
}
