import { userInfo } from 'node:os';
import { CatalogueFaults } from '#catalogue/load.js';
import type { CatalogueService } from '#pipeline/catalogue-service.js';
import type { ProcessContext } from '#runtime/process-context.js';
import type { Actor } from '#wire/period-acts.js';

/**
 * Puts the files of a process in force at SIGHUP, as `POST /v1/catalogue/apply` does: an act of the user whom
 * the process runs as. Files with faults change nothing; the log says what is wrong with them.
 */
export function reloadOnSignal(
  { logger, shutdown }: Pick<ProcessContext, 'logger' | 'shutdown'>,
  catalogue: CatalogueService,
): void {
  let reloading: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    const name = processUser();
    const actor: Actor = { name, via: 'process', address: null };
    const act = { author: name, reason: 'SIGHUP', at: Date.now(), actor };
    try {
      const { result, changes, to } = await catalogue.apply(act);
      if (result.status === 'applied') {
        logger.info({ catalogue: to, changes: changes.length }, 'SIGHUP: put the files in force');
      } else if (result.status === 'unchanged') {
        logger.info({ catalogue: to }, 'SIGHUP: the files are in force already');
      } else {
        logger.warn('SIGHUP: another catalogue was put in force meanwhile; nothing was written. Look again');
      }
    } catch (error) {
      const message = 'SIGHUP: the files were not put in force; the catalogue stays as it is';
      if (error instanceof CatalogueFaults) logger.error(`${message}. ${error.message}`);
      else logger.error({ err: error }, message);
    }
  };
  // One after the other: what came first is in force when the next one looks.
  const onSignal = (): void => void (reloading = reloading.then(reload));
  process.on('SIGHUP', onSignal);
  shutdown.add('producer', 'reload of the catalogue', async () => {
    process.off('SIGHUP', onSignal);
    await reloading;
  });
}

function processUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
