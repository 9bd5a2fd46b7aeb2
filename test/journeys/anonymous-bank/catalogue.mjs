#!/usr/bin/env node
/**
 * Writes the catalogue of the anonymous bank: connections, the programme `bank` over all its queues, agents,
 * and the contracts that show how one month of calls is billed. Needs Node >= 20 and nothing else.
 *
 * usage: node catalogue.mjs BANK.json DIR
 *   BANK.json  what the data tool writes with --catalog: {timeZone, connections, queues, agents}
 *   DIR        is made where it is missing; connections.yaml, programmes.yaml, agents.yaml and contracts.yaml
 *              in it are replaced
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLATFORMS = ['genesys', 'avaya', 'axialys'];

/** Name of each file -> its YAML. Throws where the bank's file is not what the data tool writes. */
export function catalogueFiles(bank) {
  for (const part of ['connections', 'queues', 'agents']) {
    if (!Array.isArray(bank[part])) throw new Error(`the bank's file has no list '${part}'`);
  }
  if (typeof bank.timeZone !== 'string') throw new Error("the bank's file has no 'timeZone'");
  return {
    'connections.yaml': connectionsYaml(bank),
    'programmes.yaml': programmesYaml(bank),
    'agents.yaml': agentsYaml(bank),
    'contracts.yaml': contractsYaml(bank),
  };
}

function connectionsYaml({ connections, timeZone }) {
  const items = connections.map(
    ({ id, platform }) => `  - id: ${word(id)}
    platform: ${word(platform)}
    timeZone: ${word(timeZone)}
    country: "972"
    authentication: {scheme: none}
    demo: true
`,
  );
  return `# The platforms over which the month is spread. Recorded deliveries only, so no sender is authenticated.
tenant: anonymous-bank
connections:
${items.join('')}`;
}

function programmesYaml({ queues, timeZone }) {
  const items = queues.map(({ connection, native, name }) => {
    return `      - {connection: ${word(connection)}, native: ${quoted(native)}, name: ${word(name)}}\n`;
  });
  return `# Waits are counted up to 5, 20 and 30 s; a repeat is a call of the same customer to the same queue.
# The log is kept by call: all of a call belongs to the day on which it came in, though it ends after midnight.
programmes:
  - id: bank
    brand: Anonymous Bank
    timeZone: ${word(timeZone)}
    thresholds: [5s, 20s, 30s]
    serviceLevel: {threshold: 20s, shortAbandon: 5s}
    fcr: {windows: [P1D, P7D], reason: queue}
    agentTime: contact
    queues:
${items.join('')}`;
}

/** Two people whose codes are equal look the same by code: they are one agent with the ids of both. */
function agentsYaml({ agents, connections }) {
  const idsOf = new Map();
  for (const agent of agents) {
    const ids = idsOf.get(agent.code) ?? new Set();
    for (const platform of PLATFORMS) {
      const on = connections.find((connection) => connection.platform === platform);
      if (agent[platform] === undefined || on === undefined) continue;
      ids.add(`{connection: ${word(on.id)}, native: ${quoted(agent[platform])}}`);
    }
    idsOf.set(agent.code, ids);
  }
  const items = [...idsOf].map(([code, ids]) => {
    return `  - code: ${word(code)}\n    ids:\n${[...ids].map((id) => `      - ${id}\n`).join('')}`;
  });
  return `# Codes, never names; one line for each platform that knows the agent.
agents:
${items.join('')}`.replace(/agents:\n$/, 'agents: []\n');
}

/** Each line can be checked by hand against the month's own figures. */
function contractsYaml({ timeZone }) {
  const contract = (id, what, terms) => `
  # ${what}
  - id: ${id}
    scope: {programme: bank}
    seller: {name: Outsourcer, countryCode: IL}
    buyer: {name: Anonymous Bank, countryCode: IL}
    currency: EUR
    timeZone: ${word(timeZone)}
    period: {unit: month}
    attribution: {contacts: queueEntry, time: contact}
${terms}`;
  return `# One month of one programme, billed in four ways.
contracts:${[
    contract('bank-talk-hour', 'Talk by the hour, measured to the second.', TALK_HOUR),
    contract('bank-calls', 'Each answered call; each slice of the volume at its own price.', CALLS),
    contract(
      'bank-increments',
      'The same talk under four billing increments, and capped per call.',
      INCREMENTS,
    ),
    contract('bank-bands', 'Talk by the hour, dearer in the evening and at night.', BANDS),
  ].join('')}`;
}

const TALK_HOUR = `    measures:
      talkMs: {kind: contactTime, parts: [talk], increment: {first: 1s, step: 1s}}
    lines:
      - {id: talk, name: Talk, model: time, measure: talkMs, unit: hour, price: "29.50"}
`;

const CALLS = `    measures:
      answered: {kind: count, of: answered}
    lines:
      - id: calls
        name: Answered calls
        model: perUnit
        measure: answered
        tiers:
          mode: graduated
          steps:
            - {upTo: 10000, price: "2.35"}
            - {upTo: 15000, price: "2.10"}
            - {price: "1.95"}
`;

const INCREMENTS = `    measures:
      by1sMs: {kind: contactTime, parts: [talk], increment: {first: 1s, step: 1s}}
      by6sMs: {kind: contactTime, parts: [talk], increment: {first: 6s, step: 6s}}
      by30s6sMs: {kind: contactTime, parts: [talk], increment: {first: 30s, step: 6s}}
      by60sMs: {kind: contactTime, parts: [talk], increment: {first: 60s, step: 60s}}
      by1sCappedMs: {kind: contactTime, parts: [talk], increment: {first: 1s, step: 1s}, cap: 600s}
    lines:
      - {id: talk-1s, name: Talk by the second, model: time, measure: by1sMs, unit: hour, price: "29.50"}
      - {id: talk-6s, name: Talk by 6 s, model: time, measure: by6sMs, unit: hour, price: "29.50"}
      - {id: talk-30s-6s, name: Talk by 30 s and 6 s, model: time, measure: by30s6sMs, unit: hour, price: "29.50"}
      - {id: talk-60s, name: Talk by the minute, model: time, measure: by60sMs, unit: hour, price: "29.50"}
      - {id: talk-cap, name: Talk up to 600 s a call, model: time, measure: by1sCappedMs, unit: hour, price: "29.50"}
`;

const BANDS = `    measures:
      talkMs: {kind: contactTime, parts: [talk], increment: {first: 1s, step: 1s}}
    lines:
      - id: talk
        name: Talk
        model: time
        measure: talkMs
        unit: hour
        price: "29.50"
        bands:
          - {id: day, times: ["07:00-20:00"], price: "29.50"}
          - {id: evening, times: ["20:00-24:00"], price: "36.88"}
          - {id: night, times: ["00:00-07:00"], price: "44.25"}
`;

/** Plain where YAML reads it as text whatever its version. */
function word(text) {
  const plain = /^[A-Za-z][\w./-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text);
  return plain ? text : quoted(text);
}

/** A JSON string is a YAML string too; '310' is no number. */
function quoted(text) {
  return JSON.stringify(String(text));
}

function main([bankFile, directory, ...rest]) {
  if (bankFile === undefined || directory === undefined || rest.length > 0) {
    console.error('usage: node catalogue.mjs BANK.json DIR');
    return 2;
  }
  try {
    const files = catalogueFiles(JSON.parse(readFileSync(bankFile, 'utf8')));
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    console.error(`${Object.keys(files).join(', ')} written to ${directory}`);
    return 0;
  } catch (cause) {
    console.error(`${bankFile}: ${cause instanceof Error ? cause.message : cause}`);
    return 1;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2));
}
