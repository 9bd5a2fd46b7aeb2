import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Entry, explicableEvent } from '#contract-text/explanation/explanation.js';
import { unitsOfSums } from '#contract-text/explanation/sum-units.js';
import { invoiceRemarks } from '#contract-text/invoice/invoice-text.js';
import { languages } from '#contract-text/lang.js';
import type { InvoiceName, Invoices } from '#pipeline/close/invoices.js';
import { countedSums } from '#pipeline/close/read-contributions.js';
import { principalOf } from '#runtime/nest/access-hook.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { ProblemError } from '#runtime/problem.js';
import { decodeInvoiceReady, invoiceReadySchema, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { contactsAnswer, contactsSchema, explanationAnswer, explanationSchema } from './invoice-answer.js';
import { id, period } from './periods-api.js';

export const invoicesToken = Symbol('invoice-ready events');

const path = z.strictObject({
  id,
  period,
  revision: z.coerce.number().int().min(1).describe('1 is the close itself, the others adjust it.'),
});
type Path = z.infer<typeof path>;

const lang = z.enum(languages).default('en').describe('Of the texts.');
const line = z
  .string()
  .min(1)
  .max(200)
  .describe('Identifier of an entry, or a line or clause of the contract.');

const explanationQuery = z.strictObject({ lang, line: line.optional() });
const contactsQuery = z.strictObject({
  line,
  lang,
  after: z.coerce.number().int().min(0).default(0).describe('Only what comes after this number.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

@ApiTags('figures')
@Controller('v1/contracts/:id/periods/:period/revisions/:revision')
export class InvoicesController {
  constructor(@Inject(invoicesToken) private readonly invoices: Invoices) {}

  @Get()
  @ApiOperation({
    summary: 'An invoice-ready event',
    description: 'The event of a close or of an adjustment, byte for byte as billing gets it.',
  })
  @ApiResponse({ status: 200, description: 'The event.', standardSchema: invoiceReadySchema })
  @ApiProblems('invalid-request', 'unknown-revision', 'log-unavailable')
  async event(
    @Param({ schema: path, pipes: [validationPipe('path')] }) of: Path,
    @Res() reply: FastifyReply,
  ) {
    await reply.type('application/json').send(await this.#text(of));
  }

  @Get('explanation')
  @ApiOperation({
    summary: 'Why it costs what it costs',
    description:
      'Each line, bonus, malus and tax with the steps that give its amount, in words; all amounts are computed again ' +
      'from the steps alone, which is in `check`.',
  })
  @ApiResponse({ status: 200, description: 'The steps.', standardSchema: explanationSchema })
  @ApiProblems('invalid-request', 'unknown-revision', 'log-unavailable')
  async explanation(
    @Param({ schema: path, pipes: [validationPipe('path')] }) of: Path,
    @Query({ schema: explanationQuery, pipes: [validationPipe('query')] })
    query: z.infer<typeof explanationQuery>,
  ): Promise<z.infer<typeof explanationSchema>> {
    const ready = await this.#ready(of);
    const all = explicableEvent(ready);
    const entries = entriesOf(all.entries, query.line);
    return explanationAnswer(all, entries, invoiceRemarks(ready, query.lang), query.lang);
  }

  @Get('contacts')
  @ApiOperation({
    summary: 'What a line consists of',
    description:
      'The contacts, outcomes and agent time that a line counts, each with what it adds; of a bonus or malus those of ' +
      'its KPI. For a brand without ids, and with numbers for agents. Read from the journal below the cut of the close.',
  })
  @ApiResponse({ status: 200, description: 'Pieces of work.', standardSchema: contactsSchema })
  @ApiProblems('invalid-request', 'unknown-revision', 'log-unavailable')
  async contacts(
    @Param({ schema: path, pipes: [validationPipe('path')] }) of: Path,
    @Query({ schema: contactsQuery, pipes: [validationPipe('query')] }) query: z.infer<typeof contactsQuery>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof contactsSchema>> {
    const ready = await this.#ready(of);
    const all = explicableEvent(ready);
    const entries = entriesOf(all.entries, query.line).filter(({ kind }) => kind !== 'vat');
    const sums = countedSums(all.rows, entries);
    const shown = {
      line: query.line,
      timeZone: ready.data.timeZone,
      units: unitsOfSums(all.rows, entries, sums),
      lang: query.lang,
      isPseudonymous: principalOf(request).role === 'brand',
    };
    return this.invoices.contributions(nameOf(of), sums, (table) => contactsAnswer(table, query, shown));
  }

  @Get('proof')
  @ApiOperation({
    summary: 'The proof of an invoice',
    description:
      'One file from which the event can be made again without anything else, as `tallyline proof export` writes it, ' +
      'signed where the process has a key (`TALLYLINE_PROOF_KEY`): lines of JSON, for `tallyline proof verify`.',
  })
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  })
  @ApiProblems('invalid-request', 'unknown-revision', 'log-unavailable')
  async proof(
    @Param({ schema: path, pipes: [validationPipe('path')] }) of: Path,
    @Res() reply: FastifyReply,
  ) {
    const { data } = await this.#ready(of);
    if (data.contributionRoots === undefined)
      throw new ProblemError('unknown-revision', 'A version without proofs closed it.', {
        field: 'path.revision',
      });
    const file = `${of.id}-${of.period}-${of.revision}.proof.ndjson`.replaceAll(/[^\w.-]/g, '_');
    await reply
      .type('application/x-ndjson')
      .header('content-disposition', `attachment; filename="${file}"`)
      .send(Readable.from(this.invoices.proof(nameOf(of))));
  }

  async #text(of: Path): Promise<string> {
    const found = await this.invoices.event(nameOf(of));
    if (typeof found === 'string') return found;
    throw new ProblemError('unknown-revision', `The period has ${found} revision(s).`, {
      field: 'path.revision',
    });
  }

  async #ready(of: Path): Promise<InvoiceReadyEvent> {
    const ready = decodeInvoiceReady(await this.#text(of));
    if (ready === null) throw new Error(`the event of ${of.id} ${of.period} cannot be read`);
    return ready;
  }
}

function nameOf({ id: contract, period, revision }: Path): InvoiceName {
  return { contract, period, revision };
}

function entriesOf(entries: readonly Entry[], named: string | undefined): readonly Entry[] {
  if (named === undefined) return entries;
  const found = entries.filter(({ identifier, clause }) => identifier === named || clause === named);
  if (found.length > 0) return found;
  const known = [...new Set(entries.map(({ identifier }) => identifier))].join(', ');
  throw new ProblemError('invalid-request', `The invoice has: ${known}.`, { field: 'query.line' });
}
