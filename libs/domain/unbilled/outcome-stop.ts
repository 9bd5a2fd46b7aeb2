import type { Contract } from '#domain/contract/contract.js';
import { adHocPiece } from '#domain/metering/ad-hoc.js';
import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import { assignOutcome, type WorkScope } from '#domain/scope/work-scope.js';
import { further, type Stop, type UnbilledCause } from './cause.js';
import { type ContractLines } from './contract-lines.js';
import type { ProgrammeLines } from './programme-lines.js';

/** Where business events stopped, a subject each; by the meters of the contracts themselves. */
export class OutcomeStops {
  readonly #programmes: ProgrammeLines;
  readonly #scope: WorkScope;
  readonly #meters = new Map<
    Contract,
    { readonly asItIs: ContractMeter; readonly asApproved: ContractMeter }
  >();

  constructor(programmes: ProgrammeLines, scope: WorkScope) {
    this.#programmes = programmes;
    this.#scope = scope;
  }

  of(content: OutcomeContent): Stop {
    const assignment = assignOutcome(content, this.#scope);
    const { queue, connection } = content;
    if (assignment === null)
      return queue === null
        ? { cause: 'noQueue', at: connection, programme: null }
        : { cause: 'unmappedQueue', at: queue, programme: null };
    const { programme } = assignment;
    let stop: Stop = { cause: 'noContract', at: '', programme };
    for (const own of this.#programmes.of(programme)) {
      const cause = this.#causeOf(own, content, assignment.queue);
      const at = cause === 'notCharged' ? (content.events[0]?.name ?? '') : '';
      stop = further(stop, { cause, at: cause === 'unapprovedWork' ? content.outcome : at, programme });
    }
    return stop;
  }

  #causeOf(own: ContractLines, content: OutcomeContent, queue: string | null): UnbilledCause | null {
    const { asItIs, asApproved } = this.#metersOf(own.contract);
    if (countsLine(own, asItIs, content)) return null;
    const interval = own.terms.at(content.events[0]?.at ?? 0);
    if (interval === null) return 'outsideTerm';
    const { queues } = interval.inForce.terms.scope;
    if (queues !== null && (queue === null || !queues.includes(queue))) return 'outsideScope';
    return adHocPiece(content) !== null && countsLine(own, asApproved, content)
      ? 'unapprovedWork'
      : 'notCharged';
  }

  #metersOf(contract: Contract) {
    const known = this.#meters.get(contract) ?? {
      asItIs: contractMeter(contract, this.#scope),
      asApproved: contractMeter(contract, { ...this.#scope, takesAsApproved: true }),
    };
    this.#meters.set(contract, known);
    return known;
  }
}

function countsLine({ lines }: ContractLines, meter: ContractMeter, content: OutcomeContent): boolean {
  return meter.measure(content).some(({ key }) => {
    const counted = decodeQuantityKey(key);
    return lines.some(({ kind, id }) => counted.kind === kind && 'id' in counted && counted.id === id);
  });
}
