import { linesOf } from '#apps/cli/replay-input.js';
import type { Work } from '#test/faults/figures.js';
import { decodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { bankMonth } from './bank.js';
import { type BankAnswers, bankContracts, bankSpan } from './golden.js';

/** The real month, or its part that the options of the data's tool leave, as work for a pipeline. */
export async function bankWork(directory: string, ...options: string[]): Promise<Work> {
  const { deliveries: file, catalogue } = bankMonth(directory, ...options);
  const deliveries: RecordedDelivery[] = [];
  for await (const line of linesOf(file)) {
    const decoded = decodeRecorded(line);
    if ('fault' in decoded) throw new Error(`${file}: ${decoded.fault}`);
    deliveries.push(decoded.delivery);
  }
  const { programme, ...span } = bankSpan;
  return {
    ...span,
    catalogue,
    deliveries,
    kpis: [
      [programme, 'queue'],
      [programme, 'agent'],
    ],
    contracts: bankContracts,
  };
}

/** The figures of such work, in the shape that is compared with the golden ones. */
export function bankAnswers({
  kpis,
  invoices,
}: {
  readonly kpis: readonly unknown[];
  readonly invoices: readonly string[];
}): BankAnswers {
  const [talkHour = '', calls = '', increments = '', bands = ''] = invoices;
  return {
    byQueue: kpis[0],
    byAgent: kpis[1],
    invoices: {
      'bank-talk-hour': talkHour,
      'bank-calls': calls,
      'bank-increments': increments,
      'bank-bands': bands,
    },
  };
}
