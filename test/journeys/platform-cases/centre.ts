/**
 * One programme on every platform. `change` rewrites the text for a case that needs more.
 */
export function centreText(country = '33', change: (text: string) => string = (text) => text): string {
  const open = `timeZone: Europe/Paris, country: '${country}', authentication: { scheme: none }, demo: true`;
  return change(`
tenant: horizon
connections:
  - { id: gen, platform: genesys, ${open} }
  - { id: ava, platform: avaya, ${open} }
  - { id: crm, platform: outcomes, ${open} }
programmes:
  - id: care
    brand: Velora
    timeZone: Europe/Paris
    fcr: { windows: [P1D], reason: queue }
    queues:
      - { connection: gen, native: q1, name: orders }
      - { connection: gen, native: q2, name: experts }
      - { connection: gen, native: q3, name: advice }
      - { connection: ava, native: '310', name: orders }
      - { connection: ava, native: '320', name: advice }
agents:
  - { code: A1, ids: [{ connection: gen, native: u1 }, { connection: ava, native: '1001' }] }
  - { code: A2, ids: [{ connection: gen, native: u2 }, { connection: ava, native: '1002' }] }
  - { code: A3, ids: [{ connection: gen, native: u3 }] }
contracts:
  - id: hours
    seller: { name: Horizon, countryCode: FR }
    buyer: { name: Velora, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: care }
    term: { firstDay: 2026-01-01 }
    measures:
      workMs: { kind: agentTime, states: [TALK, HOLD, ACW] }
      sideMs: { kind: agentTime, states: [PREVIEW, ACW_MISSED] }
      handledContacts: { kind: count, of: handled }
      salesMade: { kind: events, name: sale.made }
      salesWorth: { kind: eventSum, name: sale.made, field: amount, scale: 2 }
    lines:
      - { id: worked, model: time, measure: workMs, unit: minute, price: '1.00' }
      - { id: beside, model: time, measure: sideMs, unit: minute, price: '1.00' }
      - { id: handled, model: perUnit, measure: handledContacts, price: '1.00' }
      - { id: sales, model: perUnit, measure: salesMade, price: '1.00' }
      - { id: worth, model: passThrough, measure: salesWorth }
`);
}
