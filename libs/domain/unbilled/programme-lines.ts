import type { Contract } from '#domain/contract/contract.js';
import { type ContractLines, contractLines } from './contract-lines.js';

/** Contracts by programme, and where work is cut: at the ends of the span that is asked for and of terms. */
export interface ProgrammeLines {
  /** Empty: the programme has no contract. */
  readonly of: (programme: string) => readonly ContractLines[];
  /** UTC epoch ms, in order. */
  readonly borders: readonly number[];
}

export function programmeLines(
  contracts: readonly Contract[],
  { start, end }: { readonly start: number; readonly end: number },
): ProgrammeLines {
  const all = contracts.map(contractLines);
  const byProgramme = Map.groupBy(all, ({ contract }) => contract.programme);
  const borders = new Set([start, end, ...all.flatMap((own) => own.borders)]);
  return {
    of: (programme) => byProgramme.get(programme) ?? [],
    borders: [...borders].toSorted((a, b) => a - b),
  };
}
