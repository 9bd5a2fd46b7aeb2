import { randomUUID } from 'node:crypto';
import { sharedKafka } from '#test/stack/stack.js';
import { describeLogContract } from '../log.contract.js';
import { openKafkaLog } from './kafka-log.js';

const brokers = await sharedKafka();

if (brokers !== null) {
  describeLogContract('kafka', async () => {
    const open = () => openKafkaLog({ brokers, clientId: `spec-${randomUUID()}`, replicationFactor: 1 });
    const under = {
      log: open(),
      async restart() {
        await under.log.close();
        under.log = open();
        return under.log;
      },
      dispose: () => under.log.close(),
    };
    return under;
  });
}
