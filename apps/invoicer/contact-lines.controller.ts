import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { unitsOfSums } from '#contract-text/explanation/sum-units.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import type { PeriodService } from '#pipeline/close/period-service.js';
import type { ContactLine } from '#pipeline/close/read-contact-lines.js';
import { countedSums } from '#pipeline/close/read-contributions.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { validationPipe } from '#runtime/nest/validation-pipe.js';
import { foreignPeriod, id, period, periodsApiToken, unknownContract } from './periods-api.js';

const contactId = z.string().min(1).max(300).describe('Of the platform, prefixed by the connection.');

const contactLineSchema = z
  .object({
    revision: z.int().describe('1 is the close itself, the others adjust it.'),
    event: z.string().describe('Id of the invoice-ready event.'),
    line: z.string().describe('Of the invoice.'),
    clause: z.string().describe('Line or clause of the contract.'),
    name: z.string(),
    value: z.int().describe('What the contact adds; of a bonus or malus to the numerator of its KPI.'),
    unit: z.string().describe('In which it is counted, such as `ms` or `count`.'),
    denominator: z.int().nullable().describe('What it adds to the denominator of a KPI; null: it is none.'),
    denominatorUnit: z.string().nullable(),
  })
  .meta({ id: 'ContactLine', description: 'A line of an invoice in which a contact stands.' });

const contactLinesSchema = z.object({
  contact: z.string(),
  lines: z.array(contactLineSchema).describe('By revision; empty: it stands in none of the period.'),
});
type ContactLinesAnswer = z.infer<typeof contactLinesSchema>;

@ApiTags('figures')
@Controller('v1/contracts/:id/periods/:period/contacts')
export class ContactLinesController {
  constructor(@Inject(periodsApiToken) private readonly periods: PeriodService) {}

  @Get(':contact')
  @ApiOperation({
    summary: 'The lines in which a contact stands',
    description:
      'Of each revision of a closed period the lines, bonuses and maluses that count the contact, with what it adds, as ' +
      'the close counted it. Reads the journal once.',
  })
  @ApiResponse({ status: 200, description: 'The lines.', standardSchema: contactLinesSchema })
  @ApiProblems('invalid-request', 'unknown-contract', 'log-unavailable')
  async lines(
    @Param('id', { schema: id, pipes: [validationPipe('path.id')] }) contract: string,
    @Param('period', { schema: period, pipes: [validationPipe('path.period')] }) month: string,
    @Param('contact', { schema: contactId, pipes: [validationPipe('path.contact')] }) contact: string,
  ): Promise<ContactLinesAnswer> {
    const answer = await this.periods.contactLines(contract, month, contact);
    if ('status' in answer) {
      if (answer.status === 'unknownContract') throw unknownContract();
      throw foreignPeriod(answer.detail);
    }
    return { contact, lines: answer.map(lineAnswer) };
  }
}

function lineAnswer(line: ContactLine): ContactLinesAnswer['lines'][number] {
  const { event, identifier, clause, name, row, value, denominator } = line;
  const rows = event.data.explanation as TraceRow[];
  const units = unitsOfSums(rows, [{ row }], countedSums(rows, [{ row, clause }]));
  const isRatio = units.denominator !== null;
  return {
    revision: event.data.revision,
    event: event.id,
    line: identifier,
    clause,
    name,
    value,
    unit: units.value,
    denominator: isRatio ? denominator : null,
    denominatorUnit: units.denominator,
  };
}
