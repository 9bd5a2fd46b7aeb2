// `npm run schemas`: writes the published JSON Schemas, and docs/clauses.md, from the code; specs hold each
// file to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const { invoiceReadyJsonSchema } = await import(new URL('dist/libs/wire/invoice-ready-schema.js', root));
const { asyncApiDocument } = await import(new URL('dist/libs/wire/async-api.js', root));
const { clausesPage } = await import(new URL('dist/test/clauses-page.js', root));
const { contractFileJsonSchema } = await import(new URL('dist/libs/catalogue/contract/schema.js', root));

const schemas = {
  'libs/wire/schemas/invoice-ready.schema.json': invoiceReadyJsonSchema(),
  'docs/contract.schema.json': contractFileJsonSchema(),
  'docs/asyncapi.json': asyncApiDocument(),
};
for (const [file, schema] of Object.entries(schemas)) {
  writeFileSync(fileURLToPath(new URL(file, root)), `${JSON.stringify(schema, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}

const contracts = readFileSync(fileURLToPath(new URL('docs/contracts.md', root)), 'utf8');
writeFileSync(fileURLToPath(new URL('docs/clauses.md', root)), clausesPage(contracts));
process.stdout.write('docs/clauses.md\n');
