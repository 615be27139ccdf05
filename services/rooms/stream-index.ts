/** Whose ranking of which room a stream shows. */
export interface RoomView {
  readonly roomId: string;
  readonly viewer: string;
  readonly limit: number;
}

/** Which streams may have something new to show. */
export interface ConcernedStreams {
  /** All of them. */
  readonly everything: boolean;
  /** All of these rooms. */
  readonly rooms: ReadonlySet<string>;
  /** All of these viewers. */
  readonly viewers: ReadonlySet<string>;
  /** By room: those that show one of these items. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface IndexedStream {
  readonly view: RoomView;
  readonly shownItems: ReadonlySet<string>;
}

/** Open streams by their rooms and viewers. */
export class StreamIndex<Stream extends IndexedStream> {
  readonly #byRoom = new Map<string, Set<Stream>>();
  readonly #byViewer = new Map<string, Set<Stream>>();

  /** Rooms with open streams. */
  rooms(): Iterable<string> {
    return this.#byRoom.keys();
  }

  add(stream: Stream): void {
    addTo(this.#byRoom, stream.view.roomId, stream);
    addTo(this.#byViewer, stream.view.viewer, stream);
  }

  remove(stream: Stream): void {
    removeFrom(this.#byRoom, stream.view.roomId, stream);
    removeFrom(this.#byViewer, stream.view.viewer, stream);
  }

  *all(): Generator<Stream> {
    for (const streams of this.#byRoom.values()) yield* streams;
  }

  *ofViewers({ viewers }: ConcernedStreams): Generator<Stream> {
    for (const viewer of viewers) yield* this.#byViewer.get(viewer) ?? [];
  }

  /** The streams that a change concerns which is not of their own viewer. */
  *ofOthers({ everything, rooms, items }: ConcernedStreams): Generator<Stream> {
    for (const roomId of everything ? this.#byRoom.keys() : rooms) {
      yield* this.#byRoom.get(roomId) ?? [];
    }
    for (const [roomId, changed] of items) {
      for (const stream of this.#byRoom.get(roomId) ?? []) {
        if (shows(stream, changed)) yield stream;
      }
    }
  }
}

function shows({ shownItems }: IndexedStream, items: ReadonlySet<string>): boolean {
  for (const itemId of items) if (shownItems.has(itemId)) return true;
  return false;
}

function addTo<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function removeFrom<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
