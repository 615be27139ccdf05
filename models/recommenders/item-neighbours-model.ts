import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { checkItem } from './check-indices.ts';
import { GraphQuery } from './graph-query.ts';
import { graphFromTensors, graphToTensors } from './graph-tensors.ts';
import type { History, Model, ScoredItem, Tensor } from './model.ts';
import { TopItems } from './top-items.ts';
import { GraphScratch } from './touched-scores.ts';

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
    return new ItemNeighboursModel(graphFromTensors(tensors));
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
    return graphToTensors(this.#graph);
  }
}
