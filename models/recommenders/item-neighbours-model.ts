import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { checkItem } from './check-indices.ts';
import { GraphQuery, GraphScratch } from './graph-query.ts';
import type { History, Model, ScoredItem, Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';
import { TopItems } from './top-items.ts';

/** Scores an item by the weights of the edges that lead to it from the items of a history. */
export class ItemNeighboursModel implements Model {
  readonly kind = 'item-neighbours';
  readonly #graph: SparseMatrix;
  readonly #scratch: GraphScratch;

  /** @param graph items × items; row j holds what having j says about other items */
  constructor(graph: SparseMatrix) {
    this.#graph = graph;
    this.#scratch = new GraphScratch(graph.columns);
  }

  /** @throws TypeError when a tensor is missing or the three do not make a graph */
  static fromTensors(tensors: Readonly<Record<string, Tensor>>): ItemNeighboursModel {
    const reader = new TensorReader(tensors);
    const indptr = reader.uint32('indptr', [-1]);
    const indices = reader.uint32('indices', [-1]);
    const values = reader.float32('values', [indices.length]);
    const items = indptr.length - 1;
    checkGraph(indptr, indices);
    return new ItemNeighboursModel({ rows: items, columns: items, indptr, indices, values });
  }

  get itemCount(): number {
    return this.#graph.columns;
  }

  query(history: History): GraphQuery {
    return new GraphQuery(this.#graph, this.#scratch, history);
  }

  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    const top = new TopItems(limit);
    const { indptr, indices, values } = this.#graph;
    for (let at = indptr[item]!; at < indptr[item + 1]!; at++) top.offer(indices[at]!, values[at]!);
    return top.drainList();
  }

  toTensors(): Record<string, Tensor> {
    const { indptr, indices, values } = this.#graph;
    return {
      indptr: { shape: [indptr.length], data: indptr },
      indices: { shape: [indices.length], data: indices },
      values: { shape: [values.length], data: values },
    };
  }
}

function checkGraph(indptr: Uint32Array, indices: Uint32Array): void {
  const items = indptr.length - 1;
  if (items < 0 || indptr[0] !== 0 || indptr[items] !== indices.length) {
    throw new TypeError(`tensor "indptr" does not start at 0 and end at ${indices.length}`);
  }
  for (let row = 0; row < items; row++) {
    if (indptr[row]! > indptr[row + 1]!) throw new TypeError(`tensor "indptr" falls at ${row + 1}`);
  }
  for (let row = 0; row < items; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const ascends = at === indptr[row] || indices[at - 1]! < indices[at]!;
      if (!ascends || indices[at]! >= items) {
        throw new TypeError(`tensor "indices" is not ascending below ${items} in row ${row}`);
      }
    }
  }
}
