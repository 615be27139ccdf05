import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { normalFactors } from '../../../../models/recommenders/als-start.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import { SlimModel } from '../../../../models/recommenders/slim-model.ts';
import { ExactRetriever } from '../../../../models/retrieval/exact-retriever.ts';
import { createMetrics } from '../../../../services/http/metrics.ts';
import type { ServingModel } from '../../../../services/model-registry/serving-model.ts';
import { IndexFiles } from '../../../../services/retrieval/index-files.ts';
import { RetrievalService } from '../../../../services/retrieval/retrieval-service.ts';
import { loadVectorLibrary } from '../../../../services/retrieval/vector-library.ts';
import { historyFrom } from '../../../helpers/recommender-suite.ts';

const items = 3_000;
const dimensions = 12;

function als(): AlsModel {
  return new AlsModel({
    dimensions,
    itemFactors: normalFactors(items, dimensions, 1, 9),
    eigenvalues: new Float32Array(dimensions).fill(items / dimensions),
    unobservedWeight: 0.02,
    regularisation: 0.01,
    exponent: 1,
  });
}

/** Item n leads to the next one and to the one half round. */
function slim(): SlimModel {
  const indices = Array.from({ length: items }, (_, n) => {
    return [(n + 1) % items, (n + items / 2) % items].sort((a, b) => a - b);
  }).flat();
  return new SlimModel({
    rows: items,
    columns: items,
    indptr: Uint32Array.from({ length: items + 1 }, (_, n) => 2 * n),
    indices: Uint32Array.from(indices),
    values: new Float32Array(indices.length).fill(0.5),
  });
}

function serving(version: string): ServingModel {
  const model = new HybridModel([
    { model: slim(), weight: 1 },
    { model: als(), weight: 2 },
    { model: new PopularityModel(new Float32Array(items).fill(1)), weight: 0 },
  ]);
  const ids = new IdMap(Array.from({ length: items }, (_, n) => `item-${n}`));
  return { version, model, items: ids, retriever: new ExactRetriever(model) };
}

let folder: string;
const logged: { msg: string; built?: boolean }[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) });

/** A clock by which the exact scan always takes ten times as long as the index. */
function clockOf(exactMs: number, indexMs: number): () => number {
  let calls = 0;
  return () => [0, exactMs, exactMs + indexMs][calls++ % 3] as number;
}

/** Asks what a sample has, so that it is decided whether the index answers. */
function askFor(retrieval: RetrievalService, model: ServingModel, queries: number): void {
  for (let n = 0; n < queries; n++) {
    const query = model.model.query(historyFrom([n]));
    const found = retrieval.of(model).top(query, 100, [n]);
    expect(found).toEqual(model.retriever.top(query, 100, [n]));
  }
}

function service(options: Partial<ConstructorParameters<typeof RetrievalService>[0]> = {}) {
  return new RetrievalService({
    files: new IndexFiles(folder),
    logger,
    metrics: createMetrics(),
    library: loadVectorLibrary,
    fewestItems: 1_000,
    clock: clockOf(10, 1),
    ...options,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wardrobe-index-'));
  logged.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

describe('RetrievalService', () => {
  it('finds by an index what the exact scan finds, once a sample of queries has shown it', async () => {
    const retrieval = service();
    const model = serving('one');
    expect(retrieval.of(model)).toBe(model.retriever);
    await retrieval.settled();
    const retriever = retrieval.of(model);
    expect(retriever).not.toBe(model.retriever);
    askFor(retrieval, model, 64);
    const decision = logged.at(-1) as { breadth?: number; recall?: number };
    expect(decision).toMatchObject({ msg: 'the index answers', exactMs: 10, indexMs: 1 });
    expect(decision.recall).toBeGreaterThanOrEqual(0.98);
    let found = 0;
    for (let n = 0; n < 20; n++) {
      const history = historyFrom([n, 100 + n, 900 + 7 * n]);
      const query = model.model.query(history);
      const exact = model.retriever.top(query, 100, history.items);
      const near = retriever.top(query, 100, history.items);
      const scores = new Map(exact.map(({ item, score }) => [item, score]));
      expect(near).toHaveLength(100);
      for (const { item, score } of near) {
        expect(Array.from(history.items)).not.toContain(item);
        if (!scores.has(item)) continue;
        expect(score).toBe(scores.get(item));
        found++;
      }
      // SLIM leads to it, however far its factors are.
      expect(near.map(({ item }) => item)).toContain(exact[0]?.item);
    }
    expect(found / 2_000).toBeGreaterThanOrEqual(0.98);
    await retrieval.close();
  });

  it('leaves what an index cannot answer to the exact scan', async () => {
    const retrieval = service();
    const model = serving('one');
    retrieval.of(model);
    await retrieval.settled();
    askFor(retrieval, model, 64);
    expect(logged.at(-1)?.msg).toBe('the index answers');
    const nothing = model.model.query(historyFrom([]));
    expect(retrieval.of(model).top(nothing, 5, [2])).toEqual(model.retriever.top(nothing, 5, [2]));
    const known = model.model.query(historyFrom([1]));
    expect(retrieval.of(model).top(known, items, [1])).toEqual(
      model.retriever.top(known, items, [1]),
    );
    expect(() => retrieval.of(model).top(known, 5, [items])).toThrow(RangeError);
    await retrieval.close();
  });

  it('leaves an index that is not faster', async () => {
    const retrieval = service({ clock: clockOf(1, 1) });
    const model = serving('one');
    retrieval.of(model);
    await retrieval.settled();
    askFor(retrieval, model, 70);
    expect(logged.at(-1)).toMatchObject({ msg: 'the exact scan answers', exactMs: 1 });
    await retrieval.close();
  });

  it('opens the file of an earlier start, and builds anew when that has been altered', async () => {
    for (const built of [true, false]) {
      const retrieval = service();
      retrieval.of(serving('one'));
      await retrieval.settled();
      expect(logged.at(-1)).toMatchObject({ msg: 'index ready', built });
      await retrieval.close();
    }
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.usearch'));
    const file = join(folder, name as string);
    const bytes = await readFile(file);
    for (const altered of [bytes.subarray(0, 5_000), bytes.fill(7, 1_000, 1_100)]) {
      await writeFile(file, altered);
      const retrieval = service();
      const model = serving('one');
      retrieval.of(model);
      await retrieval.settled();
      expect(logged.at(-1)).toMatchObject({ msg: 'index ready', built: true });
      expect(retrieval.of(model)).not.toBe(model.retriever);
      await retrieval.close();
    }
  });

  it('keeps the indexes of three versions', async () => {
    for (const version of ['one', 'two', 'three', 'four']) {
      const retrieval = service();
      retrieval.of(serving(version));
      await retrieval.settled();
      await retrieval.close();
    }
    const names = (await readdir(folder)).filter((file) => file.endsWith('.usearch'));
    expect(names.map((name) => name.split('-')[0]).sort()).toEqual(['four', 'three', 'two']);
    expect(await readdir(folder)).toHaveLength(6);
  });

  it('stays with the exact scan where the library is missing, and says so once', async () => {
    const library = () => {
      throw new Error('Cannot find module');
    };
    const retrieval = service({ library });
    for (const version of ['one', 'two']) {
      const model = serving(version);
      retrieval.of(model);
      await retrieval.settled();
      expect(retrieval.of(model)).toBe(model.retriever);
    }
    expect(logged.map(({ msg }) => msg)).toEqual([
      'the vector index is not installed; the exact scan answers',
    ]);
  });

  it('stays with the exact scan where an index cannot be kept', async () => {
    await writeFile(join(folder, 'file'), '');
    const retrieval = service({ files: new IndexFiles(join(folder, 'file', 'under')) });
    const model = serving('one');
    retrieval.of(model);
    await retrieval.settled();
    expect(retrieval.of(model)).toBe(model.retriever);
    expect(logged.map(({ msg }) => msg)).toEqual(['no index; the exact scan answers']);
  });

  it('gives up an index that is being built when another model answers or the service ends', async () => {
    const retrieval = service();
    retrieval.of(serving('one'));
    const second = serving('two');
    retrieval.of(second);
    await retrieval.settled();
    expect(retrieval.of(second)).not.toBe(second.retriever);
    retrieval.of(serving('three'));
    await retrieval.close();
    expect((await readdir(folder)).filter((file) => file.includes('draft'))).toEqual([]);
  });

  it('has no index for few items', () => {
    const retrieval = service({ fewestItems: items + 1 });
    const model = serving('one');
    expect(retrieval.of(model)).toBe(model.retriever);
  });
});
