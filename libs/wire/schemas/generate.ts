import { writeFileSync } from 'node:fs';
import { invoiceReadyJsonSchema } from '../invoice-ready-schema.js';

/**
 * Writes the published JSON Schema again: `npm run build`, then `node dist/libs/wire/schemas/generate.js` and
 * prettier.
 */
const file = new URL('../../../../libs/wire/schemas/invoice-ready.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(invoiceReadyJsonSchema(), null, 2)}\n`);
