import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Kafka, logLevel } from 'kafkajs';

/**
 * The baseline of intake: bare Fastify and one `producer.send` per request, as the documentation of both
 * shows. It authenticates no sender, does not check the answer and derives no id from the delivery.
 */
const { brokers, topic } = JSON.parse(process.argv[2] ?? '{}') as { brokers: string[]; topic: string };
const kafka = new Kafka({ brokers, clientId: 'bench', logLevel: logLevel.ERROR });
const producer = kafka.producer();
await producer.connect();

const app = Fastify({ bodyLimit: 16 * 1024 * 1024 });
app.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_request, body, done) =>
  done(null, body),
);
app.post('/deliveries', async (request, reply) => {
  const key = randomUUID();
  await producer.send({ topic, acks: -1, messages: [{ key, value: JSON.stringify(request.body) }] });
  return reply.code(202).send({ id: key });
});
app.post('/deliveries/batch', async (request, reply) => {
  const lines = (request.body as string).split('\n');
  const messages = lines.map((value) => ({ key: randomUUID(), value }));
  await producer.send({ topic, acks: -1, messages });
  return reply.code(202).send({ accepted: messages.length });
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ url })}\n`);
