import { askUntil } from './ask.js';
import type { RedisServer } from './server.js';

const SLOTS = 16_384;

/** Makes empty servers the primaries of one cluster, with equal ranges of slots. */
export async function formCluster(servers: readonly RedisServer[]): Promise<void> {
  const share = Math.ceil(SLOTS / servers.length);
  // A new primary waits this long before it accepts writes; 2 s is right later, when servers are killed and
  // paused.
  for (const server of servers) await server.ask('CONFIG SET cluster-node-timeout 300');
  for (const [i, server] of servers.entries()) {
    await server.ask(`CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
    const last = Math.min((i + 1) * share, SLOTS) - 1;
    await server.ask(`CLUSTER ADDSLOTSRANGE ${i * share} ${last}`);
  }
  for (const server of servers.slice(1)) {
    await servers[0]?.ask(`CLUSTER MEET 127.0.0.1 ${server.port} ${server.busPort}`);
  }
  await clusterAgrees(servers);
  for (const server of servers) await server.ask('CONFIG SET cluster-node-timeout 2000');
}

/** Resolves when every server knows all others and reports the cluster as complete. */
export async function clusterAgrees(servers: readonly RedisServer[]): Promise<void> {
  for (const { port } of servers) {
    await askUntil(port, 'CLUSTER INFO', (info) => {
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers.length}`);
    });
  }
}
