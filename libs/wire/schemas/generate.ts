import { writeFileSync } from 'node:fs';
import { invoiceReadyJsonSchema } from '../invoice-ready-schema.js';

/**
 * Writes the published JSON Schema; `npm run schemas` runs it.
 */
const file = new URL('../../../../libs/wire/schemas/invoice-ready.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(invoiceReadyJsonSchema(), null, 2)}\n`);
