import type {
  Manifest,
  ManifestMetrics,
  ModelFamily,
  SizeMetrics,
} from '../../models/artifact/manifest.ts';
import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';
import { ConflictError, NotFoundError } from '../errors.ts';

/** The channel on which a changed active version is told; the payload is the version. */
export const modelChannel = 'model_versions';

export interface RegisteredVersion {
  readonly version: string;
  /** As it was registered; to be checked before use. */
  readonly manifest: unknown;
}

export interface ListedVersion {
  readonly version: string;
  readonly kind: string;
  readonly family: ModelFamily;
  readonly created: string;
  /** In UTC to the microsecond, as `activatedAt`. */
  readonly registeredAt: string;
  /** When it was last activated. */
  readonly activatedAt: string | null;
  readonly active: boolean;
  readonly metrics: ManifestMetrics | null;
  readonly sizeMetrics: SizeMetrics | null;
}

export interface ListPosition {
  readonly registeredAt: string;
  readonly version: string;
}

export interface Rollback {
  readonly from: string;
  readonly to: string;
}

// A Date has milliseconds: as a position in the list it would skip versions.
const instantFormat = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

// A parameter is copied a few times on its way; chunks keep that small.
const chunkBytes = 4 << 20;

/** The registry of published models in Postgres, as one family of them sees it. */
export class ModelRegistryStore {
  readonly #database: Database;
  readonly #family: ModelFamily;

  constructor(database: Database, family: ModelFamily = 'recommendations') {
    this.#database = database;
    this.#family = family;
  }

  /**
   * Keeps a version with its files, all or nothing. Registering the same artifact again changes
   * nothing.
   *
   * @param files by name, `manifest.json` among them
   * @returns whether it was new
   * @throws ConflictError when another artifact has been registered under this version
   */
  async register(manifest: Manifest, files: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      if (!(await insertVersion(transaction, manifest))) {
        if (await isSameArtifact(transaction, manifest)) return false;
        throw new ConflictError(`version ${manifest.version} is another artifact already`);
      }
      for (const [name, bytes] of files) {
        await insertFile(transaction, manifest.version, name, bytes);
      }
      return true;
    });
  }

  /**
   * Makes a version the active one of the family and tells every process, in one transaction.
   *
   * @param expected what is active as far as the caller knows; undefined: nothing
   * @returns false, and nothing is changed, when something else is active by now
   * @throws NotFoundError when the version is not registered in the family
   */
  async activate(version: string, expected: string | undefined): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      await lockActivations(transaction);
      const active = (await selectActive(transaction, this.#family))?.version;
      if (active !== expected) return false;
      if (active === version) return true;
      await switchTo(transaction, this.#family, version);
      await insertActivation(transaction, version);
      return true;
    });
  }

  /**
   * Goes back to what was active before, and tells every process.
   *
   * @throws ConflictError when nothing was active before
   */
  async rollback(): Promise<Rollback> {
    return this.#database.transaction(async (transaction) => {
      await lockActivations(transaction);
      const [last, before] = await selectStanding(transaction, this.#family);
      if (last === undefined) {
        throw new ConflictError('nothing to roll back: no model is active');
      }
      if (before === undefined) {
        throw new ConflictError(
          `nothing to roll back to: no model was active before ${last.version}`,
        );
      }
      await markRolledBack(transaction, last.id);
      await switchTo(transaction, this.#family, before.version);
      return { from: last.version, to: before.version };
    });
  }

  async active(): Promise<RegisteredVersion | undefined> {
    return selectActive(this.#database, this.#family);
  }

  /** The name alone: a few bytes for those who ask every few seconds. */
  async activeVersion(): Promise<string | undefined> {
    const [row] = await this.#database.query<{ version: string }>(
      'select version from model_versions where active and family = $1::text',
      [this.#family],
      { name: 'active-model-version' },
    );
    return row?.version;
  }

  /** The registered versions of all families, newest first, after a position. */
  async list(limit: number, after?: ListPosition): Promise<ListedVersion[]> {
    return this.#database.query<ListedVersion>(
      `select v.version, v.kind, v.family, v.manifest ->> 'created' as created,
         to_char(v.registered_at at time zone 'UTC', $4::text) as "registeredAt",
         to_char(a.activated_at at time zone 'UTC', $4::text) as "activatedAt",
         v.active, v.manifest -> 'metrics' as metrics, v.manifest -> 'sizeMetrics' as "sizeMetrics"
       from model_versions v
       left join lateral (
         select activated_at from model_activations
         where version = v.version
         order by activation_id desc limit 1
       ) a on true
       where $2::timestamptz is null
         or v.registered_at < $2::timestamptz
         or (v.registered_at = $2::timestamptz and v.version > $3::text)
       order by v.registered_at desc, v.version
       limit $1::integer`,
      [limit, after?.registeredAt ?? null, after?.version ?? null, instantFormat],
    );
  }

  /** The files of a version in memory; empty when there is no such version. */
  async files(version: string): Promise<Map<string, Uint8Array>> {
    return this.#database.transaction(async (transaction) => {
      const chunks = new Map<string, Uint8Array[]>();
      const rows = transaction.rows<{ name: string; bytes: Buffer }>(
        'select name, bytes from model_files where version = $1::text order by name, chunk',
        [version],
        2,
      );
      for await (const { name, bytes } of rows) {
        chunks.set(name, [...(chunks.get(name) ?? []), bytes]);
      }
      return new Map(Array.from(chunks, ([name, parts]) => [name, joined(parts)]));
    });
  }
}

/** In memory of its own, aligned for every type of tensor. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function insertVersion(on: Queryable, manifest: Manifest): Promise<boolean> {
  const rows = await on.query(
    `insert into model_versions (version, kind, manifest)
     values ($1::text, $2::text, $3::jsonb)
     on conflict (version) do nothing
     returning version`,
    [manifest.version, manifest.kind, JSON.stringify(manifest)],
  );
  return rows.length === 1;
}

async function isSameArtifact(on: Queryable, manifest: Manifest): Promise<boolean> {
  const rows = await on.query(
    'select 1 from model_versions where version = $1::text and manifest = $2::jsonb',
    [manifest.version, JSON.stringify(manifest)],
  );
  return rows.length === 1;
}

async function insertFile(
  on: Queryable,
  version: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  // A file without a byte has one empty chunk.
  for (let chunk = 0; chunk === 0 || chunk * chunkBytes < bytes.length; chunk++) {
    const part = bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    await on.query(
      `insert into model_files (version, name, chunk, bytes)
       values ($1::text, $2::text, $3::integer, $4::bytea)`,
      [version, name, chunk, Buffer.from(part.buffer, part.byteOffset, part.length)],
    );
  }
}

/** Activations go one after another; reading goes on beside them. */
async function lockActivations(on: Queryable): Promise<void> {
  await on.query('lock table model_activations in share row exclusive mode');
}

async function selectActive(
  on: Queryable,
  family: ModelFamily,
): Promise<RegisteredVersion | undefined> {
  const [row] = await on.query<RegisteredVersion>(
    'select version, manifest from model_versions where active and family = $1::text',
    [family],
  );
  return row;
}

/** The last two activations that have not been rolled back, the last one first. */
async function selectStanding(
  on: Queryable,
  family: ModelFamily,
): Promise<{ id: number; version: string }[]> {
  return on.query(
    `select a.activation_id as id, a.version
     from model_activations a
     join model_versions v on v.version = a.version
     where a.rolled_back_at is null and v.family = $1::text
     order by a.activation_id desc limit 2`,
    [family],
  );
}

async function switchTo(on: Queryable, family: ModelFamily, version: string): Promise<void> {
  await on.query('update model_versions set active = false where active and family = $1::text', [
    family,
  ]);
  const rows = await on.query<{ notified: unknown }>(
    `update model_versions set active = true
     where version = $1::text and family = $2::text
     returning pg_notify($3::text, version) as notified`,
    [version, family, modelChannel],
  );
  if (rows.length === 0)
    throw new NotFoundError(`version ${version} is not registered for ${family}`);
}

async function insertActivation(on: Queryable, version: string): Promise<void> {
  await on.query('insert into model_activations (version) values ($1::text)', [version]);
}

async function markRolledBack(on: Queryable, id: number): Promise<void> {
  await on.query(
    `update model_activations set rolled_back_at = now() where activation_id = $1::bigint`,
    [id],
  );
}
