import type { DatabaseSync } from 'node:sqlite';

export type Statements = ReturnType<typeof prepareStatements>;

/** Every statement of the store, prepared once: preparing costs more than running. */
export function prepareStatements(db: DatabaseSync) {
  return {
    position: db.prepare('SELECT id, next, epoch FROM place WHERE keyspace = ? AND partition = ?'),
    nextEpoch: db.prepare('UPDATE last_epoch SET epoch = epoch + 1 RETURNING epoch'),
    claim: db.prepare(
      `INSERT INTO place(keyspace, partition, next, epoch) VALUES (?, ?, 0, ?)
       ON CONFLICT DO UPDATE SET epoch = excluded.epoch`,
    ),
    advance: db.prepare('UPDATE place SET next = ? WHERE id = ?'),
    load: db.prepare('SELECT value FROM state WHERE place = ? AND key = ?'),
    put: db.prepare(
      `INSERT INTO state(place, key, value) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
    ),
    forget: db.prepare('DELETE FROM state WHERE place = ? AND key = ?'),
    sumKey: db.prepare('SELECT id FROM sum_key WHERE place = ? AND key = ?'),
    addSumKey: db.prepare('INSERT INTO sum_key(place, key) VALUES (?, ?) RETURNING id'),
    add: db.prepare(
      `INSERT INTO sum(sum_key, field, value) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET value = value + excluded.value`,
    ),
    removeZeros: db.prepare('DELETE FROM sum WHERE value = 0 RETURNING sum_key'),
    removeSumKey: db.prepare(
      'DELETE FROM sum_key WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sum WHERE sum_key = ?)',
    ),
    fields: db.prepare(
      'SELECT field, value FROM sum WHERE sum_key = (SELECT id FROM sum_key WHERE place = ? AND key = ?)',
    ),
    stateKeys: db.prepare('SELECT key FROM state WHERE place = ?'),
    sumKeys: db.prepare('SELECT key FROM sum_key WHERE place = ?'),
    keyspaces: db.prepare('SELECT DISTINCT keyspace FROM place ORDER BY keyspace'),
    drop: [
      `DELETE FROM sum WHERE sum_key IN
         (SELECT sum_key.id FROM sum_key JOIN place ON place.id = sum_key.place WHERE keyspace = ?)`,
      'DELETE FROM sum_key WHERE place IN (SELECT id FROM place WHERE keyspace = ?)',
      'DELETE FROM state WHERE place IN (SELECT id FROM place WHERE keyspace = ?)',
      'DELETE FROM place WHERE keyspace = ?',
    ].map((sql) => db.prepare(sql)),
  };
}
