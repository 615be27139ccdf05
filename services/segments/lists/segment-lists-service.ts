import type { Upload } from '../../http/upload.ts';
import type { BulkSlots } from '../bulk-slots.ts';
import { listOfIds, readCsvList } from './list-reader.ts';
import type { ListResult } from './segment-lists-schema.ts';
import type { ListChange, SegmentListsStore } from './segment-lists-store.ts';

/** A list of user ids: as CSV that is read while it comes, or given. */
export type GivenList =
  | { readonly upload: Pick<Upload, 'bytes'> }
  | { readonly userIds: readonly string[] };

/** Lists of static segments. */
export class SegmentListsService {
  readonly #store: SegmentListsStore;
  readonly #slots: BulkSlots;

  constructor(tools: { readonly store: SegmentListsStore; readonly slots: BulkSlots }) {
    this.#store = tools.store;
    this.#slots = tools.slots;
  }

  /**
   * Replaces a list, adds to it or takes away from it, all or nothing.
   *
   * @throws NotFoundError, ConflictError for a dynamic segment, InvalidInputError for a list that
   *   cannot be read, BusyError
   */
  async change(segmentId: string, change: ListChange, list: GivenList): Promise<ListResult> {
    await this.#store.check(segmentId);
    const rows = 'upload' in list ? readCsvList(list.upload.bytes) : listOfIds(list.userIds);
    return this.#slots.within(() => this.#store.write(segmentId, change, rows));
  }
}
