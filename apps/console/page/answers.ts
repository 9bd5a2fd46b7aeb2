/** What the console reads of the answers of the API; the OpenAPI document has all of it. */
export interface ProblemAnswer {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

export interface Me {
  readonly name: string;
  readonly role: string;
  readonly routes: readonly string[];
  readonly programmes: readonly { readonly id: string; readonly brand: string; readonly timeZone: string }[];
  readonly contracts: readonly ContractOfMe[];
}

export interface ContractOfMe {
  readonly id: string;
  readonly programme: string;
  readonly brand: string;
  readonly buyer: string;
  readonly currency: string;
  readonly timeZone: string;
}

export type StandingState = 'open' | 'grace' | 'due' | 'closed' | 'adjusted';

export interface Standing {
  readonly contract: string;
  readonly period: string;
  readonly state: StandingState;
  readonly revision: number;
  readonly endsAt: string;
  readonly dueAt: string | null;
  readonly held: { readonly by: string; readonly reason: string; readonly at: string } | null;
  readonly waitsFor: { readonly code: string; readonly detail: string; readonly since: string } | null;
}

export interface StageLag {
  readonly group: string;
  readonly partitions: number;
  readonly partitionsBehind: number;
  readonly lagRecords: number;
  readonly lagSeconds: number;
  readonly verdict: 'caughtUp' | 'behind' | 'stuck';
}

export interface Refusals {
  readonly total: number;
  readonly byReason: readonly { readonly reason: string; readonly rows: number }[];
  readonly refusals: readonly {
    readonly id: string;
    readonly connection: string | null;
    readonly rows: number;
    readonly reason: string;
    readonly path: string;
    readonly message: string;
  }[];
}

export interface Money {
  /** Decimal number as text. */
  readonly amount: string;
  readonly currency: string;
}

export interface InvoiceEvent {
  readonly id: string;
  readonly data: InvoiceData;
}

interface InvoiceData {
  readonly contract: string;
  readonly period: string;
  readonly timeZone: string;
  readonly revision: number;
  readonly adjusts: object | null;
  readonly invoicingPeriod: { readonly startDate: string; readonly endDate: string };
  readonly seller: { readonly name: string };
  readonly buyer: { readonly name: string };
  readonly lines: readonly InvoiceLine[];
  readonly allowancesAndCharges: readonly InvoiceAllowance[];
  readonly vatBreakdown: readonly {
    readonly vat: { readonly categoryCode: string; readonly rate: string };
    readonly taxAmount: Money;
  }[];
  readonly totals: {
    readonly totalWithoutVat: Money;
    readonly totalWithVat: Money;
    readonly roundingResidue: string;
  };
}

export interface InvoiceLine {
  readonly identifier: string;
  readonly contractLine: string;
  readonly itemName: string;
  readonly calendarRule: string | null;
  readonly bands: readonly string[];
  readonly rate: string | null;
  /** What was counted and priced, exactly; decimal numbers. */
  readonly measured: {
    readonly quantity: string;
    readonly unitCode: 'SEC' | 'DAY' | 'MON' | 'C62';
    readonly price: string;
    readonly priceBaseQuantity: string;
  };
  readonly netAmount: Money;
}

export interface InvoiceAllowance {
  readonly identifier: string;
  readonly clause: string;
  readonly chargeIndicator: boolean;
  readonly percentage: string | null;
  readonly baseAmount: Money | null;
  readonly amount: Money;
}

export interface Explanation {
  readonly remarks: readonly string[];
  readonly check: { readonly agrees: boolean; readonly checked: number; readonly net: string };
  readonly entries: readonly ExplainedEntry[];
}

export interface ExplainedEntry {
  readonly kind: 'line' | 'allowanceOrCharge' | 'vat';
  readonly identifier: string;
  readonly name: string;
  readonly amount: string;
  readonly steps: readonly {
    readonly row: string;
    readonly step: string;
    readonly how: string;
    readonly result: string;
  }[];
}

export interface Contacts {
  readonly timeZone: string;
  readonly total: { readonly count: number; readonly text: string };
  readonly work: readonly {
    readonly number: number;
    readonly kind: 'contact' | 'outcome' | 'activity' | 'timeline' | 'schedule';
    readonly id: string | null;
    readonly startedAt: string;
    readonly queue: string | null;
    readonly agents: readonly string[];
    readonly text: string;
  }[];
  readonly next: number | null;
}

interface SoFarEntry {
  readonly id: string;
  readonly name: string;
  readonly amount: string;
}

export interface KpiSoFar {
  readonly kpi: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly value: string | null;
  readonly unit: 'seconds' | 'ratio' | 'points' | 'score' | 'perHour';
}

export interface PeriodSoFar {
  /** `[from, to)`, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly accrued: { readonly net: string };
  readonly lines: readonly SoFarEntry[];
  readonly allowancesAndCharges: readonly SoFarEntry[];
  readonly kpis: readonly KpiSoFar[];
  readonly notes: readonly { readonly clause: string; readonly message: string }[];
  readonly closed: { readonly invoiced: string } | null;
}

/** What a contract has earned, and no invoice charges. */
export interface AccruedContract {
  readonly currency: string;
  readonly net: string;
  readonly parts: readonly {
    readonly kind: 'period' | 'difference' | 'waiting';
    readonly period: string;
    readonly revision: number | null;
    readonly net: string;
  }[];
  readonly provisional: readonly {
    readonly period: string;
    readonly clause: string;
    readonly name: string;
    readonly reason: string;
    readonly amount: string;
  }[];
}

export interface Forecast {
  readonly period: string;
  readonly currency: string;
  readonly method: {
    readonly name: string;
    readonly elapsedDays: string;
    readonly remainingDays: string;
  };
  /** null: it is too early. */
  readonly forecast: {
    readonly net: string;
    readonly lines: readonly SoFarEntry[];
    readonly allowancesAndCharges: readonly SoFarEntry[];
  } | null;
  readonly targets: readonly { readonly text: string }[];
}

export interface ContractDocument {
  readonly articles: readonly {
    readonly title: string;
    readonly clauses: readonly {
      readonly id: string;
      readonly text: string;
      readonly items: readonly string[];
    }[];
  }[];
}

export interface QueueNow {
  readonly queue: string;
  readonly waiting: number;
  readonly waitingSince: string | null;
}

export interface AgentNow {
  readonly agent: string;
  readonly state: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly since: string;
  readonly contacts: number;
}

export interface GoingOn {
  readonly at: string;
  readonly timeZone: string;
  readonly waiting: number;
  readonly waitingSince: string | null;
  readonly talking: number;
  readonly queues: readonly QueueNow[];
  readonly agents: readonly AgentNow[];
}

export interface DayFigures {
  readonly offered: number;
  readonly ratios: { readonly abandonmentRate: number | null };
  readonly figures: readonly { readonly definition: string; readonly value: number | null }[];
}

export interface QuarterHour {
  /** Its start, ISO 8601, by the clock of the programme with its offset. */
  readonly 'quarter-hour': string;
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly ratios: {
    readonly answerRate: number | null;
    readonly asaMs: number | null;
    readonly ahtMs: number | null;
  };
}

export interface DayByQuarterHour {
  readonly from: string;
  readonly timeZone: string;
  readonly rows: readonly QuarterHour[];
}
