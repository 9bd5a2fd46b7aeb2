import type {
  BonusMalus,
  EventBonusMalus,
  JudgedClause,
  Scorecard,
  Shape,
} from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Clause } from './document.js';
import { comparisonText, gateText, kpiValueText } from './kpi-words.js';
import { prorationText } from './lines.js';
import type { Phrasebook } from '../phrasebook.js';

/** Bonus and malus, and what gives part of a malus back. */
export function bonusMalusClause(clause: BonusMalus, terms: Terms, speech: Phrasebook): Clause {
  const { t, ofPeriod, list, percent } = speech;
  const { id, name } = clause;
  const named = name === id ? id : `${id} (${name})`;
  if (clause.kind !== 'earnBack') {
    const text = `${named}${t(':', ' :')} ${sourceText(clause, speech)}.`;
    return { id, text, items: judgedItems(clause, terms, speech) };
  }
  const { of, share, ifTargetsMetFor } = clause;
  const given = ofPeriod(
    `${percent(share)} of a malus under ${list(of)} is given back if the targets are met ` +
      `in each of the ${ifTargetsMetFor} month(s) that follow; a month that is not judged for want of data ` +
      'does not count as met.',
    `${percent(share)} d'un malus au titre de ${list(of)} est restitué si les objectifs ` +
      `sont tenus chacun des ${ifTargetsMetFor} mois suivants ; un mois non jugé faute de données ne ` +
      'compte pas comme tenu.',
  );
  return { id, text: `${named}${t(':', ' :')} ${given}`, items: [] };
}

/** What a clause is judged by, and on which lines. */
function sourceText(clause: JudgedClause, speech: Phrasebook): string {
  const { t, list, money } = speech;
  const { base, during } = clause;
  const only = during === null ? '' : t(` during ${during} alone`, ` pendant ${during} uniquement`);
  const on = list(base);
  switch (clause.kind) {
    case 'kpi':
      return clause.unit === 'amount'
        ? t(
            `KPI ${clause.kpi}${only} gives an amount as bonus or malus, with the VAT of ${on}`,
            `l'indicateur ${clause.kpi}${only} donne lieu à un montant de bonus ou malus, à la TVA de ${on}`,
          )
        : t(
            `KPI ${clause.kpi}${only} gives a bonus or malus on ${on}`,
            `l'indicateur ${clause.kpi}${only} donne lieu à bonus ou malus sur ${on}`,
          );
    case 'scorecard':
      return clause.unit === 'amount'
        ? t(
            `a score${only} gives an amount as bonus or malus, with the VAT of ${on}`,
            `une note${only} donne lieu à un montant de bonus ou malus, à la TVA de ${on}`,
          )
        : t(
            `a score${only} gives a bonus or malus on ${on}`,
            `une note${only} donne lieu à bonus ou malus sur ${on}`,
          );
    case 'perEvent': {
      const each = signedMoney(clause.amount, money);
      return t(
        `${each} for each of ${clause.measure}${only}, with the VAT of ${on}`,
        `${each} pour chaque unité de ${clause.measure}${only}, à la TVA de ${on}`,
      );
    }
  }
}

function judgedItems(clause: JudgedClause, terms: Terms, speech: Phrasebook): string[] {
  const { t, ofPeriod, number, list } = speech;
  const { bonusIf = [], escalation } = clause;
  const conditions = bonusIf.map((gate) => gateText(gate, terms.kpis[gate.kpi] ?? null, speech));
  return [
    ...(clause.kind === 'scorecard' ? scoreItems(clause, terms, speech) : []),
    ...(clause.kind === 'perEvent' ? freeItems(clause, speech) : []),
    ...(clause.kind === 'perEvent' ? [] : shapesItems(clause, terms, speech)),
    ...(conditions.length === 0
      ? []
      : [
          t(
            `a bonus only if ${list(conditions)}; a malus in any case`,
            `bonus seulement si ${list(conditions)} ; le malus s'applique en tout état de cause`,
          ),
        ]),
    ...(escalation === undefined
      ? []
      : [
          ofPeriod(
            `a malus is multiplied in consecutive months with one by ${list(escalation.map(number))}, and by the last ` +
              'in all that follow; a month in which none is taken ends the row',
            `le malus est multiplié, lorsqu'il se répète d'un mois à l'autre, par ${list(escalation.map(number))}, puis par ` +
              'le dernier de ces coefficients ; un mois sans malus interrompt la série',
          ),
        ]),
    ...capItems(clause, speech),
    ...deductItems(clause, speech),
    ...inPartItems(clause, speech),
  ];
}

/** What each KPI of a scorecard gives. */
function scoreItems({ of }: Scorecard, { kpis }: Terms, speech: Phrasebook): string[] {
  const { t, percent } = speech;
  return [
    ...of.map(({ kpi, weight, shapes }) => {
      const points = (value: string): string =>
        t(`${speech.number(value)} points`, `${speech.number(value)} points`);
      const items = shapes.flatMap((shape) => shapeItems(shape, kpis[kpi] ?? null, points, speech));
      return t(
        `${percent(weight)} of the score by KPI ${kpi}: ${items.join(', ')}, else 0 points`,
        `${percent(weight)} de la note d'après l'indicateur ${kpi} : ${items.join(', ')}, sinon 0 point`,
      );
    }),
    t(
      'points have at most 6 decimals; a KPI that there is no data for is left out of the score, with its weight',
      'les points ont au plus 6 décimales ; un indicateur sans données est exclu de la note, avec son poids',
    ),
  ];
}

function freeItems({ free, proration, during }: EventBonusMalus, speech: Phrasebook): string[] {
  if (free === 0) return [];
  const { t, ofPeriod, number } = speech;
  const count = number(String(free));
  if (during !== null && proration !== 'none')
    return [
      t(
        `the first ${count} of the window are free; where the end of an invoiced period or an amendment cuts it, as many ` +
          'as its calendar days make of them, to the next whole one',
        `les ${count} premières de la période particulière sont sans effet ; si la fin d’une période facturée ou un avenant la ` +
          'coupe, leur nombre est réduit au prorata de ses jours calendaires et arrondi à l’unité',
      ),
    ];
  return [
    ofPeriod(`the first ${count} of a month are free`, `les ${count} premières du mois sont sans effet`),
    prorationText(proration ?? 'calendarDays', speech),
  ];
}

function shapesItems(
  clause: Exclude<JudgedClause, { readonly kind: 'perEvent' }>,
  { kpis }: Terms,
  speech: Phrasebook,
): string[] {
  const kpi = clause.kind === 'kpi' ? (kpis[clause.kpi] ?? null) : null;
  const given = (rate: string): string =>
    clause.unit === 'amount' ? signedMoney(rate, speech.money) : signed(rate, speech);
  return [
    ...clause.shapes.flatMap((shape) => shapeItems(shape, kpi, given, speech)),
    ...combinationText(clause.shapes, speech),
  ];
}

function capItems({ cap, capAmount }: JudgedClause, { t, percent, money }: Phrasebook): string[] {
  const most = (kind: 'bonus' | 'malus'): string[] => [
    ...(cap[kind] === null ? [] : [percent(cap[kind])]),
    ...((capAmount?.[kind] ?? null) === null ? [] : [money(capAmount?.[kind] ?? '0')]),
  ];
  return (['bonus', 'malus'] as const).flatMap((kind) =>
    most(kind).map((bound) => t(`${kind} of at most ${bound}`, `${kind} de ${bound} au plus`)),
  );
}

function deductItems({ deduct }: JudgedClause, { t }: Phrasebook): string[] {
  if (deduct === undefined) return [];
  return [
    t(
      'a malus is a service credit: it is taken off the invoice of the next month, after its limits and commitments; in the ' +
        'last month of the contract off its own',
      'un malus est un avoir de service : il est déduit de la facture du mois suivant, après ses plancher, plafond et engagements ; ' +
        'le dernier mois du contrat, de la sienne',
    ),
  ];
}

/** What becomes of amounts of a month in a month in part. */
function inPartItems(clause: JudgedClause, { t, ofPeriod }: Phrasebook): string[] {
  const hasAmounts =
    (clause.kind !== 'perEvent' && clause.unit === 'amount') || clause.capAmount !== undefined;
  if (!hasAmounts) return [];
  if (clause.during !== null)
    return [
      t(
        'these amounts are for the window as a whole; where the end of an invoiced period or an amendment cuts it, by its ' +
          'calendar days',
        'ces montants valent pour toute la période particulière ; si la fin d’une période facturée ou un avenant la coupe, au ' +
          'prorata de ses jours calendaires',
      ),
    ];
  return clause.proration === 'none'
    ? [
        ofPeriod(
          'these amounts are whole in a month in part as well',
          'ces montants restent entiers même pour un mois incomplet',
        ),
      ]
    : [
        ofPeriod(
          'in a month in part, or a part of a month with terms of its own, these amounts shrink by calendar days',
          'pour un mois incomplet, ou une partie du mois régie par ses propres clauses, ces montants sont réduits au ' +
            'prorata des jours calendaires',
        ),
      ];
}

/** Which of several rates counts. */
function combinationText(shapes: readonly Shape[], { t }: Phrasebook): string[] {
  const [first] = shapes;
  if (shapes.length > 1) {
    return [
      t(
        'of these rates the first that is not 0 counts, alone',
        'de ces taux, seul le premier qui n’est pas nul compte',
      ),
    ];
  }
  if (first?.shape !== 'step' || first.points.length < 2) return [];
  return [
    t('the first of these that holds counts, alone', 'seule la première de ces conditions remplies compte'),
  ];
}

/** `kpi` null: a score. `given`: what it gives, in words. */
function shapeItems(
  shape: Shape,
  kpi: Kpi | null,
  given: (rate: string) => string,
  speech: Phrasebook,
): string[] {
  const { t } = speech;
  const value = (text: string): string => kpiValueText(kpi, text, speech);
  switch (shape.shape) {
    case 'step':
      return shape.points.map(({ op, value: at, rate }) => {
        const holds = comparisonText(op, value(at), speech);
        return t(`where it ${holds}: ${given(rate)}`, `s'il ${holds} : ${given(rate)}`);
      });
    case 'linear': {
      const { from, to } = shape;
      return [
        t(
          `in a straight line from ${given(from.rate)} at ${value(from.at)} to ` +
            `${given(to.rate)} at ${value(to.at)}, and no further`,
          `linéairement de ${given(from.rate)} à ${value(from.at)} jusqu'à ` +
            `${given(to.rate)} à ${value(to.at)}, sans aller au-delà`,
        ),
      ];
    }
    case 'perPoint': {
      const { from, beyond, size, count, rate } = shape;
      const each = {
        exact: t('every', 'chaque'),
        full: t('every full', 'chaque tranche pleine de'),
        started: t('every started', 'chaque tranche entamée de'),
      }[count];
      const side = beyond === 'above' ? t('above', 'au-dessus de') : t('below', 'en dessous de');
      return [
        t(
          `${given(rate)} for ${each} ${value(size)} ${side} ${value(from)}`,
          `${given(rate)} pour ${each} ${value(size)} ${side} ${value(from)}`,
        ),
      ];
    }
  }
}

function signed(rate: string, { percent }: Phrasebook): string {
  return Number(rate) > 0 ? `+${percent(rate)}` : percent(rate);
}

function signedMoney(amount: string, money: Phrasebook['money']): string {
  return Number(amount) > 0 ? `+${money(amount)}` : money(amount);
}
