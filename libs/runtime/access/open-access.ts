import type { Config } from '../config.js';
import type { Logger } from '../logging.js';
import { RateLimit } from '../rate-limit.js';
import { StartupError } from '../startup-error.js';
import { type Access, type BrandOf, isLoopback } from './access.js';
import { FailureLimit } from './failure-limit.js';
import { KeyRing } from './key-file.js';
import { OidcIssuer } from './oidc.js';

const noBrands: BrandOf = () => null;

/**
 * Who may ask what of a process, by its settings. Throws `StartupError` where it would serve figures to
 * anybody who reaches it over a network.
 */
export function openAccess(config: Config, logger: Logger, brandOf: BrandOf = noBrands): Access {
  const { http, access } = config;
  const keys = KeyRing.open(access.keysFile, Date.now, (message) => logger.error(message));
  if (keys === null && access.isKeysFileNamed) {
    throw new StartupError(
      `TALLYLINE_KEYS: ${access.keysFile} does not exist: make a first key with ` +
        '`tallyline keys create --name NAME --role operator`',
    );
  }
  const oidc = access.oidc === null ? null : new OidcIssuer(access.oidc);
  const isOpen = keys === null && oidc === null;
  if (isOpen && !isLoopback(http.host)) {
    throw new StartupError(
      `TALLYLINE_HOST=${http.host} would show figures to everybody who reaches it: make a key with ` +
        '`tallyline keys create`, name an identity provider in TALLYLINE_OIDC_ISSUER, or leave TALLYLINE_HOST at 127.0.0.1',
    );
  }
  if (isOpen) {
    logger.warn(
      'no keys: everybody on this machine may read and close everything, and no one else is listened to; ' +
        '`tallyline keys create` makes a first key (docs/access.md)',
    );
  }
  return {
    keys,
    oidc,
    allowedHosts: access.allowedHosts,
    brandOf,
    failures: new FailureLimit(Date.now),
    requests: new RateLimit(http.requests, Date.now),
    now: Date.now,
  };
}
