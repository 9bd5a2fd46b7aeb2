/** An event as a CRM would send it; `parts` override its members, undefined leaves one out. */
export function event(
  type: string,
  data: Readonly<Record<string, unknown>> = {},
  parts: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: '8f14e45f',
    source: '/crm/sales',
    type,
    subject: 'order-417',
    time: '2026-03-02T10:05:04+01:00',
    data: { programme: 'care', ...data },
    ...parts,
  };
}
