import type { Authentication, Connection } from '#catalogue/catalogue.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { secretFault, secretWeakness } from '#platforms/authenticate.js';
import { secretsFrom, type Variables } from '#runtime/config.js';
import { ConfigFaults, type SettingFault } from '#runtime/config-faults.js';
import type { Logger } from '#runtime/logging.js';

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
      const secret = secrets.get(name) ?? '';
      const fault = secretFault(authentication, secret) ?? secretWeakness(authentication, secret);
      if (fault === null) return [];
      const message = `${fault}; it is a secret of connection ${id}`;
      return [{ code: 'unusable-secret', variable: name, message }];
    }),
  );
  if (faults.length > 0) throw new ConfigFaults(faults);
  return secrets;
}

/**
 * The secrets of the connections in force, also of later ones. At the start each one must be there and
 * usable; one that a later catalogue names and this process was not started with is logged, and what comes
 * for its connection is answered with `secret-missing`: no one can give a variable to a process that runs.
 */
export function followSecrets(
  inForce: { readonly lookup: CatalogueIndex },
  logger: Pick<Logger, 'error'>,
  environment?: Variables,
): () => Secrets {
  let of = inForce.lookup.catalogue;
  let secrets = resolveSecrets(of.connections, environment);
  return () => {
    const { catalogue } = inForce.lookup;
    if (catalogue === of) return secrets;
    of = catalogue;
    secrets = new Map(catalogue.connections.flatMap((connection) => usable(connection, logger, environment)));
    return secrets;
  };
}

/** Those of a connection; none where one of them is missing or unusable. */
function usable(
  connection: Connection,
  logger: Pick<Logger, 'error'>,
  environment?: Variables,
): [string, string][] {
  try {
    return [...resolveSecrets([connection], environment)];
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    logger.error(
      { connection: connection.id, reason: error.message },
      'start again with the secrets of the connection',
    );
    return [];
  }
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
