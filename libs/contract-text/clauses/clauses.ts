import type { Contract, Terms, Version, Window } from '#domain/contract/contract.js';
import { bonusMalusTexts, corridorClause, limitsText, waiverClause } from './bonus-malus.js';
import { commitmentClause } from './commitments.js';
import { creditsText, discountClause, orderOfDiscountsText } from './discounts.js';
import { plainClause, type Article, type Clause, type Document } from './document.js';
import { frameArticles } from './frame.js';
import { bonusMalusClause } from './judged-clause.js';
import { kpiClause } from './kpis.js';
import { lineClause, vatText } from './lines.js';
import { measureClause, scopeTexts } from './measures.js';
import { phrasebook, type Lang, type Phrasebook } from '../phrasebook.js';

/**
 * A contract as clauses in English or French, so that both parties read all that is charged. First the
 * terms of the first version; then, for each calendar rule and amendment, the clauses that it changes.
 */
export function contractDocument(contract: Contract, lang: Lang): Document {
  const speech = phrasebook(lang, contract.currency, contract.timeZone, contract.period.unit);
  const [first, ...later] = contract.versions;
  if (first === undefined) throw new Error(`contract ${contract.id} has no version`);
  const base = termsArticles(first.terms, speech);
  const articles = [...frameArticles(contract, speech), ...base];
  const changes = [
    ...windowClauses(first, null, speech),
    ...later.flatMap((version, index) => {
      const before = contract.versions[index] ?? first;
      return [amendmentClause(before.terms, version, speech), ...windowClauses(version, before, speech)];
    }),
  ];
  const title = speech.t(
    `Contract ${contract.id} between ${contract.seller.name} and ${contract.buyer.name}`,
    `Contrat ${contract.id} entre ${contract.seller.name} et ${contract.buyer.name}`,
  );
  const amended = {
    title: speech.t('Peak seasons and amendments', 'Périodes particulières et avenants'),
    clauses: changes,
  };
  const filled = [...articles, amended].filter(({ clauses }) => clauses.length > 0);
  return typeset({ title, articles: filled }, lang);
}

/** French puts a space before colons and semicolons. */
function typeset(document: Document, lang: Lang): Document {
  if (lang === 'en') return document;
  const french = (text: string): string => text.replaceAll(/[ \u00a0]?([:;])(?=\s|$)/g, '\u00a0$1');
  return {
    title: french(document.title),
    articles: document.articles.map(({ title, clauses }) => ({
      title,
      clauses: clauses.map(({ id, text, items }) => ({ id, text: french(text), items: items.map(french) })),
    })),
  };
}

/** All that an amendment or a calendar rule can change. */
function termsArticles(terms: Terms, speech: Phrasebook): Article[] {
  const { t, ofPeriod } = speech;
  const scope = scopeTexts(terms.scope, speech);
  const whole = t('all work of the programme', 'toute l’activité du programme');
  return [
    {
      title: t('Object', 'Objet'),
      clauses: [
        plainClause(
          'scope',
          `${t('This contract is about', 'Ce contrat porte sur')}: ${scope.join('; ') || whole}.`,
        ),
      ],
    },
    {
      title: t('What is measured', 'Ce qui est mesuré'),
      clauses: Object.entries(terms.measures).map(([id, each]) =>
        plainClause(id, measureClause(id, each, speech)),
      ),
    },
    {
      title: t('KPIs', 'Indicateurs'),
      clauses: Object.entries(terms.kpis).map(([id, kpi]) => plainClause(id, kpiClause(id, kpi, speech))),
    },
    {
      title: t('What is charged', 'Ce qui est facturé'),
      clauses: [
        ...terms.lines.map((line) => lineClause(line, terms, speech)),
        plainClause(
          'vat',
          `${t('Unless a line says otherwise', 'Sauf mention contraire sur la ligne')}: ` +
            `${vatText(terms.vat, speech)}.`,
        ),
      ],
    },
    {
      title: t('Volume commitments', 'Engagements de volume'),
      clauses: terms.corridors.map((corridor) => corridorClause(corridor, terms, speech)),
    },
    {
      title: ofPeriod('Commitments over several months', 'Engagements sur plusieurs mois'),
      clauses: (terms.commitments ?? []).map((each) => commitmentClause(each, terms, speech)),
    },
    {
      title: t('Bonus and malus', 'Bonus et malus'),
      clauses:
        terms.bonusMalus.length === 0
          ? []
          : [
              ...terms.bonusMalus.map((each) => bonusMalusClause(each, terms, speech)),
              ...bonusMalusTexts(terms, speech).map((text, index) => plainClause(`malus ${index + 1}`, text)),
            ],
    },
    {
      title: t('Discounts and credits', 'Remises et avoirs'),
      clauses: discountClauses(terms, speech),
    },
    { title: t('Waivers', 'Exonérations'), clauses: terms.waivers.map((each) => waiverClause(each, speech)) },
    {
      title: ofPeriod(
        'Limits of the month',
        speech.unit === 'month' ? 'Plancher et plafond mensuels' : 'Plancher et plafond du mois',
      ),
      clauses:
        terms.limits === null
          ? []
          : [plainClause('limits', limitsText(terms.limits, speech, hasMonthDiscount(terms)))],
    },
  ];
}

function discountClauses(terms: Terms, speech: Phrasebook): Clause[] {
  const { discounts = [], credits } = terms;
  const all = [
    ...discounts.map((each) => discountClause(each, terms, speech)),
    ...(credits === undefined ? [] : [plainClause('credits', creditsText(credits, speech))]),
  ];
  return all.length === 0 ? [] : [...all, plainClause('order', orderOfDiscountsText(speech))];
}

function hasMonthDiscount({ discounts = [] }: Terms): boolean {
  return discounts.some(({ over }) => over === undefined);
}

/** The calendar rules of a version, as far as they change other clauses than in the version before it. */
function windowClauses(version: Version, before: Version | null, speech: Phrasebook): Clause[] {
  const { t, instant } = speech;
  const known = new Set(before?.windows.map((window) => changedBy(window, before, speech)));
  return version.windows.flatMap((window) => {
    if (known.has(changedBy(window, version, speech))) return [];
    const { id, from, to } = window;
    const text = t(
      `Calendar rule ${id}: from ${instant(from)} to ${instant(to)} (excluded) these clauses hold instead.`,
      `Règle de calendrier ${id} : du ${instant(from)} au ${instant(to)} (exclu), ces clauses s'appliquent ` +
        'à la place.',
    );
    return [{ id, text, items: changedItems(version.terms, window.terms, speech) }];
  });
}

function changedBy(window: Window, { terms }: Version, speech: Phrasebook): string {
  return [window.id, ...changedItems(terms, window.terms, speech)].join('\n');
}

function amendmentClause(
  before: Terms,
  { version, from, reason, terms }: Version,
  speech: Phrasebook,
): Clause {
  const { t, instant } = speech;
  const since = from === null ? '' : instant(from);
  const why = reason === null ? '' : ` (${reason})`;
  const text = t(
    `Version ${version}${why}: from ${since} on these clauses hold instead.`,
    `Version ${version}${why} : à compter du ${since}, ces clauses s'appliquent à la place.`,
  );
  return { id: `version ${version}`, text, items: changedItems(before, terms, speech) };
}

/** Clauses that differ, are new, or no longer hold. */
function changedItems(before: Terms, after: Terms, speech: Phrasebook): string[] {
  const was = new Map(numbered(before, speech));
  const is = new Map(numbered(after, speech));
  const changed = [...is].flatMap(([name, text]) => (was.get(name) === text ? [] : [text]));
  const gone = [...was.keys()].filter((name) => !is.has(name));
  return [
    ...changed,
    ...gone.map((name) => speech.t(`no longer: ${name.split('/')[1]}`, `supprimé : ${name.split('/')[1]}`)),
  ];
}

/** Each clause as one text, by its article and id. */
function numbered(terms: Terms, speech: Phrasebook): [string, string][] {
  return termsArticles(terms, speech).flatMap(({ title, clauses }) =>
    clauses.map(({ id, text, items }): [string, string] => [
      `${title}/${id}`,
      [text.replace(/\.$/, ''), ...items].join('; '),
    ]),
  );
}
