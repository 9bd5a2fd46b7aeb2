import { describeStoreConformance } from '#store/store.conformance.js';
import { MemoryData, MemoryStore } from './memory-store.js';

describeStoreConformance('the store of the simulation', async () => {
  const data = new MemoryData();
  return {
    store: new MemoryStore(data),
    another: async () => new MemoryStore(data),
    restart: async () => new MemoryStore(data),
    dispose: async () => undefined,
  };
});
