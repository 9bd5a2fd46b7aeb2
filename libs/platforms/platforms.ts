import type { PlatformName } from '#domain/fact/platform-names.js';
import { avaya } from './avaya/normalize.js';
import { axialys } from './axialys/normalize.js';
import { genesys } from './genesys/normalize.js';
import { outcomes } from './outcomes/normalize.js';
import { schedules } from './schedules/normalize.js';
import type { Platform } from './platform.js';

/** How each platform is read. The compiler holds it to the one list of names. */
export const platforms: Readonly<Record<PlatformName, Platform>> = {
  genesys,
  avaya,
  axialys,
  outcomes,
  schedules,
};
