import type { Authentication, Connection } from '#catalogue/catalogue.js';
import { secretFault } from '#platforms/authenticate.js';
import { secretsFrom, type Variables } from '#runtime/config.js';
import { ConfigFaults, type SettingFault } from '#runtime/config-faults.js';

/** The values of the secrets that connections name, by name. */
export type Secrets = ReadonlyMap<string, string>;

/**
 * Reads all secrets of the connections at once, or throws `ConfigFaults` with every one missing or unusable.
 */
export function resolveSecrets(connections: readonly Connection[], environment?: Variables): Secrets {
  const secrets = secretsFrom(
    connections.flatMap(({ authentication }) => secretNames(authentication)),
    environment,
  );
  const faults = connections.flatMap(({ id, authentication }) =>
    secretNames(authentication).flatMap((name): SettingFault[] => {
      const fault = secretFault(authentication, secrets.get(name) ?? '');
      if (fault === null) return [];
      const message = `${fault}; it is a secret of connection ${id}`;
      return [{ code: 'unusable-secret', variable: name, message }];
    }),
  );
  if (faults.length > 0) throw new ConfigFaults(faults);
  return secrets;
}

/** Names of environment variables, any of whose values is good. */
export function secretNames(authentication: Authentication): readonly string[] {
  switch (authentication.scheme) {
    case 'none':
      return [];
    case 'header':
    case 'basic':
      return [authentication.secret];
    case 'hmac':
      return authentication.secrets;
  }
}
