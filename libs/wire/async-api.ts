import { topics } from './topics.js';

/** What the product sends to other systems, as AsyncAPI 3; published as `docs/asyncapi.json`. */
export function asyncApiDocument(): Readonly<Record<string, unknown>> {
  const { name, key } = topics.invoiceReady;
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tallyline',
      version: '1',
      description:
        'What a billing service reads: an event for each close and each adjustment of a contract and period.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      [name]: {
        address: name,
        title: 'Invoice-ready events',
        description:
          'A topic of Kafka with one partition. An event may come several times: its id is the same each time, and so are its bytes.',
        messages: { invoiceReady: { $ref: '#/components/messages/invoiceReady' } },
        bindings: { kafka: { topic: name, partitions: 1, bindingVersion: '0.5.0' } },
      },
    },
    operations: {
      sendInvoiceReady: {
        action: 'send',
        title: 'A period is closed or adjusted',
        channel: { $ref: `#/channels/${name}` },
        messages: [{ $ref: `#/channels/${name}/messages/invoiceReady` }],
      },
    },
    components: {
      messages: {
        invoiceReady: {
          name: 'tallyline.invoice-ready.v1',
          title: 'Invoice-ready event',
          summary:
            'CloudEvents 1.0 in structured mode. Members that are not known must be accepted: v1 only ever gains some.',
          contentType: 'application/json',
          payload: {
            schemaFormat: 'application/schema+json;version=draft-2020-12',
            schema: { $ref: '../libs/wire/schemas/invoice-ready.schema.json' },
          },
          bindings: { kafka: { key: { type: 'string', description: key }, bindingVersion: '0.5.0' } },
        },
      },
    },
  };
}
