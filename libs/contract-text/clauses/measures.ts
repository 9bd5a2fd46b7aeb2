import type { ActivityState } from '#domain/activity/activity.js';
import type { Scope } from '#domain/contract/contract.js';
import type {
  AdHocWork,
  ContactCount,
  ContactState,
  EventCount,
  EventSum,
  Increment,
  Measure,
  SeatTime,
  Where,
  WorkTime,
} from '#domain/contract/measure.js';
import { hoursDefinitions, type HoursDefinition, hoursLabel } from '#domain/scope/agent-hours.js';
import type { Direction, Media } from '#domain/fact/fact.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { EventSelection } from '#domain/contract/kpi.js';
import type { Phrase, Phrasebook } from '../phrasebook.js';

/** What is counted or timed, in words. */
export function measureClause(id: string, measure: Measure, speech: Phrasebook): string {
  return `${id}: ${measureText(measure, speech)}.`;
}

function measureText(measure: Measure, speech: Phrasebook): string {
  return (texts[measure.kind] as (each: Measure, speech: Phrasebook) => string)(measure, speech);
}

/** What each kind of measure counts or times. A new kind is one entry here. */
const texts: {
  readonly [Kind in Measure['kind']]: (
    measure: Extract<Measure, { readonly kind: Kind }>,
    speech: Phrasebook,
  ) => string;
} = {
  time: timeText,
  contacts: countText,
  events: eventsText,
  eventSum: sumText,
  adHoc: adHocText,
  elapsed: ({ from, to, stepMs, freeMs }, { t, ofPeriod, duration }) => {
    const free =
      freeMs === 0
        ? ''
        : t(`, without the first ${duration(freeMs)}`, `, hors les ${duration(freeMs)} premières`);
    const counted = ofPeriod('counted in the month of', 'comptée au mois de');
    return t(
      `each started ${duration(stepMs)} from ${from} to ${to}${free}, ${counted} ${to}`,
      `chaque tranche entamée de ${duration(stepMs)} entre ${from} et ${to}${free}, ${counted} ${to}`,
    );
  },
  resolved: ({ kpi }, { t }) =>
    t(
      `contacts resolved, as KPI ${kpi} counts them`,
      `les contacts résolus, tels que l'indicateur ${kpi} les compte`,
    ),
  seats: seatsText,
};

function timeText(measure: WorkTime, speech: Phrasebook): string {
  const { t, ofPeriod, duration } = speech;
  const caps = Object.entries(measure.capsMs).map(([state, ms]) =>
    t(
      `of ${stateText(state, speech)} at most ${duration(ms)} per contact`,
      `au titre de « ${stateText(state, speech)} », ${duration(ms)} au plus par contact`,
    ),
  );
  const { increment, capMs, averageCap } = measure;
  const states = statesText(measure.states, speech);
  const parts = [
    t(`time spent in ${states}`, `le temps passé en ${states}`),
    ...(measure.overlaps === 'once' ? [onceText(speech)] : []),
    ...caps,
    ...(increment === null ? [] : [incrementText(increment, speech)]),
    ...(capMs === null
      ? []
      : [
          t(
            `at most ${duration(capMs)} per contact in all`,
            `${duration(capMs)} au plus par contact en tout`,
          ),
        ]),
    ...(averageCap === null
      ? []
      : [
          ofPeriod(
            `over the month at most ${duration(averageCap.perUnitMs)} for each unit of ${averageCap.measure}`,
            `sur le mois, ${duration(averageCap.perUnitMs)} au plus par unité de ${averageCap.measure}`,
          ),
        ]),
    ...whereTexts(measure.where, speech),
  ];
  return parts.join('; ');
}

/** See docs/agent-time.md, "Every second once". */
export function onceText({ t }: Phrasebook): string {
  return t(
    'each second of a person once, work on contacts before all else',
    "chaque seconde d'une personne une seule fois, le travail sur des contacts avant tout le reste",
  );
}

function incrementText({ firstMs, stepMs, per }: Increment, { t, ofPeriod, duration }: Phrasebook): string {
  const whole = {
    contact: t('each contact', 'chaque contact'),
    leg: t("each agent's part of a contact", 'la part de chaque agent dans un contact'),
    month: ofPeriod('the month, in each band and at each rate,', 'le mois, par plage et par tarif,'),
  }[per];
  if (firstMs === stepMs || firstMs === 0) {
    return t(
      `${whole} is counted in started steps of ${duration(stepMs)}`,
      `${whole} se compte par tranche entamée de ${duration(stepMs)}`,
    );
  }
  return t(
    `${whole} is counted as ${duration(firstMs)} at least, then in started steps of ${duration(stepMs)}`,
    `${whole} se compte pour ${duration(firstMs)} au moins, puis par tranche entamée de ${duration(stepMs)}`,
  );
}

function countText({ of, minTalkMs, where }: ContactCount, speech: Phrasebook): string {
  const { t, duration } = speech;
  const what = {
    offered: t('contacts offered to the queues', 'les contacts présentés aux files'),
    answered: t('contacts answered', 'les contacts décrochés'),
    handled: t('contacts handled by an agent', 'les contacts traités par un agent'),
    abandoned: t('contacts abandoned while waiting', "les contacts abandonnés pendant l'attente"),
    flowOut: t('contacts passed on while waiting', "les contacts débordés pendant l'attente"),
  }[of];
  const least = t(
    `with at least ${duration(minTalkMs)} of conversation`,
    `avec au moins ${duration(minTalkMs)} de conversation`,
  );
  const isOfAll = where?.kinds?.includes('machine') === true && where.kinds.includes('person');
  const whose = t(
    'a contact counts once, as the work of the person where one worked on it',
    "un contact compte une fois, comme travail de la personne s'il y en a eu une",
  );
  return [
    what,
    ...(minTalkMs === 0 ? [] : [least]),
    ...whereTexts(where, speech),
    ...(isOfAll ? [whose] : []),
  ].join('; ');
}

function eventsText(measure: EventCount, speech: Phrasebook): string {
  const { name, within } = measure;
  const { t, duration } = speech;
  const inTime =
    within === null
      ? []
      : [
          t(
            `only at most ${duration(within.atMostMs)} (elapsed time) after ${within.from} of the same ` +
              'subject',
            `seulement ${duration(within.atMostMs)} au plus (temps écoulé) après ${within.from} du même ` +
              'dossier',
          ),
        ];
  return [
    t(`events ${name}`, `les événements ${name}`),
    ...perSubjectTexts(measure, speech),
    ...inTime,
    ...selectionTexts(measure, speech),
  ].join('; ');
}

function sumText(measure: EventSum, speech: Phrasebook): string {
  const { name, field } = measure;
  const sum = speech.t(
    `the sum of ${field} of events ${name}`,
    `la somme de ${field} des événements ${name}`,
  );
  return [sum, ...perSubjectTexts(measure, speech), ...selectionTexts(measure, speech)].join('; ');
}

function adHocText({ of, countAt, match }: AdHocWork, speech: Phrasebook): string {
  const { t, ofPeriod } = speech;
  const recorded = {
    hours: t('hours of ad-hoc work', 'les heures de travaux ponctuels'),
    units: t('units of ad-hoc work', 'les unités de travaux ponctuels'),
    amount: t('amounts of ad-hoc work', 'les montants de travaux ponctuels'),
  }[of];
  const counted =
    countAt === 'work'
      ? ofPeriod('in the month of the work', 'dans le mois des travaux')
      : ofPeriod('in the month of the approval', "dans le mois de l'approbation");
  return [
    t(
      `${recorded}, as far as an approval of the same subject is in force, each piece once`,
      `${recorded}, dans la mesure où une approbation du même dossier est en vigueur, chaque dossier une ` +
        'seule fois',
    ),
    t(`counted ${counted}`, `comptés ${counted}`),
    ...selectionTexts({ unless: [], match }, speech),
  ].join('; ');
}

/** How often a subject counts. */
export function perSubjectTexts(
  { perSubject }: Pick<EventSelection, 'perSubject'>,
  { t }: Phrasebook,
): string[] {
  if (perSubject !== 'once') return [];
  return [
    t(
      'each subject once, as it was reported last',
      'chaque dossier une seule fois, selon la dernière déclaration',
    ),
  ];
}

/** What is left out of a selection of events, and what its data must be. */
export function selectionTexts(
  { unless, match }: Pick<EventSelection, 'unless' | 'match'>,
  { t, list, duration }: Phrasebook,
): string[] {
  const ever = unless.filter((each) => typeof each === 'string');
  const soon = unless.filter((each) => typeof each !== 'string');
  const fields = Object.entries(match).map(([field, value]) => `${field} = ${value}`);
  return [
    ...(ever.length === 0
      ? []
      : [
          t(
            `not where the subject also has ${list(ever, 'or')}`,
            `sauf si le dossier comporte aussi ${list(ever, 'or')}`,
          ),
        ]),
    ...soon.map(({ name, withinMs }) =>
      t(
        `not where ${name} of the same subject follows at most ${duration(withinMs)} (elapsed time) after it`,
        `sauf si ${name} du même dossier suit ${duration(withinMs)} au plus (temps écoulé) après`,
      ),
    ),
    ...(fields.length === 0 ? [] : [t(`only with ${list(fields)}`, `seulement avec ${list(fields)}`)]),
  ];
}

function seatsText({ seats, open }: SeatTime, { t, when }: Phrasebook): string {
  const kept = t(`the time of ${seats} seat(s) kept staffed`, `le temps de ${seats} position(s) tenue(s)`);
  if (open.length === 0) return `${kept} ${t('round the clock', '24 heures sur 24')}`;
  return `${kept}: ${open.map(when).join('; ')}`;
}

function whereTexts(where: Where | null, speech: Phrasebook): string[] {
  if (where === null) return [];
  const { queues, media, directions, dispositions, kinds } = where;
  const { t, list } = speech;
  return [
    ...(kinds === undefined ? [] : [kindsText(kinds, speech)]),
    ...scopeTexts({ queues, channels: media, directions }, speech),
    ...(dispositions === null
      ? []
      : [
          t(
            `only with disposition ${list(dispositions, 'or')}`,
            `seulement avec la qualification ${list(dispositions, 'or')}`,
          ),
        ]),
  ];
}

/** What a scope narrows; nothing where it is everything. */
export function scopeTexts({ queues, channels, directions }: Scope, { t, list }: Phrasebook): string[] {
  return [
    ...(queues === null ? [] : [t(`only queues ${list(queues)}`, `seulement les files ${list(queues)}`)]),
    ...(channels === null
      ? []
      : [
          t(
            `only by ${list(channels.map((one) => t(...mediaNames[one])))}`,
            `seulement par ${list(channels.map((one) => t(...mediaNames[one])))}`,
          ),
        ]),
    ...(directions === null
      ? []
      : [
          t(
            `only ${list(directions.map((one) => t(...directionNames[one])))} contacts`,
            `seulement les contacts ${list(directions.map((one) => t(...directionNames[one])))}`,
          ),
        ]),
  ];
}

/** Whose work counts, where the contract says it. */
function kindsText(kinds: readonly AgentKind[], { t }: Phrasebook): string {
  if (!kinds.includes('machine')) return t('work of people alone', 'travail des personnes uniquement');
  if (!kinds.includes('person')) return t('work of machines alone', 'travail des machines uniquement');
  return t('work of people and of machines', 'travail des personnes et des machines');
}

/** The agents of a kind, in the plural. */
export function agentKindText(kind: AgentKind, { t }: Phrasebook): string {
  return kind === 'machine' ? t('machines', 'des machines') : t('people', 'des personnes');
}

/** In hours where it is whole hours: 72 h of elapsed time are not three days of the calendar. */
export function elapsedText(ms: number, { duration }: Phrasebook): string {
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000}\u00a0h` : duration(ms);
}

/** A state of an agent in words; one that we do not know by its own name. */
export function stateText(state: string, { t }: Phrasebook): string {
  const name = (stateNames as Readonly<Record<string, Phrase | undefined>>)[state];
  return name === undefined ? state : t(...name);
}

/** States as a list; those that make up named hours under their name and its version. */
export function statesText(states: readonly string[], speech: Phrasebook): string {
  const hours = hoursIn(states);
  if (hours === null) return speech.list(states.map((state) => stateText(state, speech)));
  const own = speech.list(hours.states.map((state) => stateText(state, speech)));
  const named = `${hoursText(hours, speech)} (${hoursLabel(hours)}${speech.t(':', ' :')} ${own})`;
  return speech.list([named, ...beside(hours, states, speech)]);
}

/** The same, short enough for a column. */
export function statesName(states: readonly string[], speech: Phrasebook): string {
  const hours = hoursIn(states);
  return speech.list([...(hours === null ? [] : [hoursLabel(hours)]), ...beside(hours, states, speech)]);
}

function beside(hours: HoursDefinition | null, states: readonly string[], speech: Phrasebook): string[] {
  const others = states.filter((state) => hours?.states.some((own) => own === state) !== true);
  return others.map((state) => stateText(state, speech));
}

/** The hours of most states that are all among these; a single state is named by itself. */
function hoursIn(states: readonly string[]): HoursDefinition | null {
  const whole = hoursDefinitions.filter(
    (each) => each.states.length > 1 && each.states.every((state) => states.includes(state)),
  );
  return whole.toSorted((a, b) => b.states.length - a.states.length)[0] ?? null;
}

export function hoursText({ name }: Pick<HoursDefinition, 'name'>, { t }: Phrasebook): string {
  return t(...hoursNames[name]);
}

const hoursNames: Readonly<Record<HoursDefinition['name'], Phrase>> = {
  productive: ['productive hours', 'heures de production'],
  staffed: ['staffed hours', 'heures de présence en poste'],
  logged: ['logged hours', 'heures de connexion'],
  preparation: ['preparation', 'préparation'],
  afterCall: ['after-call work', 'post-appel'],
};

const stateNames: Readonly<Record<ContactState | ActivityState, Phrase>> = {
  WAIT: ['waiting of the customer', 'attente du client'],
  DIAL: ['dialling', 'numérotation'],
  TALK: ['conversation', 'conversation'],
  HOLD: ['hold', 'mise en garde'],
  ACW: ['after-call work', 'post-appel'],
  PREVIEW: ['preview of callbacks', 'préparation des rappels'],
  ACW_MISSED: ['after-call work of offers not taken', 'post-appel des appels non pris'],
  LOGGED_IN: ['being logged in', 'présence connectée'],
  AVAILABLE: ['availability', 'disponibilité'],
  PREP: ['preparation', 'préparation'],
  RING: ['ringing', 'sonnerie'],
  BACK_OFFICE: ['back-office work', 'back-office'],
  TRAINING_CLIENT: ['training for the client', 'formation demandée par le client'],
  TRAINING: ['training', 'formation'],
  MEETING: ['meetings', 'réunion'],
  COACHING: ['coaching', 'accompagnement'],
  TECH_ISSUE_CLIENT: ["technical issues on the client's side", 'incident technique côté client'],
  TECH_ISSUE: ['technical issues', 'incident technique'],
  BREAK: ['breaks', 'pause'],
  LUNCH: ['lunch', 'déjeuner'],
  OTHER: ['other activities', 'autres activités'],
};

const mediaNames: Readonly<Record<Media, Phrase>> = {
  voice: ['telephone', 'téléphone'],
  callback: ['call-back', 'rappel'],
  chat: ['chat', 'chat'],
  email: ['e-mail', 'courriel'],
  message: ['message', 'messagerie'],
  other: ['other channels', 'autres canaux'],
};

const directionNames: Readonly<Record<Direction, Phrase>> = {
  inbound: ['inbound', 'entrants'],
  outbound: ['outbound', 'sortants'],
  unknown: ['undirected', 'sans sens connu'],
};
