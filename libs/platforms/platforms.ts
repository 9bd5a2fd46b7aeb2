import { avaya } from './avaya/normalize.js';
import { axialys } from './axialys/normalize.js';
import { genesys } from './genesys/normalize.js';
import { outcomes } from './outcomes/normalize.js';
import type { Platform } from './platform.js';

/**
 * The platforms we read, by the name that a connection in the catalogue gives. Outcomes are read of any
 * connection; one that sends nothing else (a CRM, a survey tool) is of the platform `outcomes`.
 */
export const platforms = { genesys, avaya, axialys, outcomes } as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof platforms;
