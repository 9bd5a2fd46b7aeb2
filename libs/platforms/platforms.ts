import { avaya } from './avaya/normalize.js';
import { axialys } from './axialys/normalize.js';
import { genesys } from './genesys/normalize.js';
import type { Platform } from './platform.js';

/** The platforms we read, by the name that a connection in the catalogue gives. */
export const platforms = { genesys, avaya, axialys } as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof platforms;
