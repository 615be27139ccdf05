import type { AudienceIndex, Ranking, UserSet } from '../../models/audience/audience-index.ts';
import type { AudienceAnswers, AudienceRequest } from './audience-protocol.ts';

/** Answers what a thread is asked, and keeps what later questions refer to. */
export class AudienceDesk {
  readonly #index: AudienceIndex;
  readonly #rankings = new Map<number, Ranking>();
  readonly #sets = new Map<number, UserSet>();
  #handles = 0;

  constructor(index: AudienceIndex) {
    this.#index = index;
  }

  /** @throws RangeError for a number that was not given out, or was dropped */
  answer(request: AudienceRequest): AudienceAnswers[AudienceRequest['op']] {
    switch (request.op) {
      case 'shelf': {
        const ranking = this.#index.forShelf(request);
        const known = ranking.items.length + request.newItems.size;
        return { ranking: this.#keep(ranking), ranked: ranking.ranked, known };
      }
      case 'set': {
        const set = this.#index.find(request.ids.flatMap((lines) => lines.split('\n')));
        const handle = ++this.#handles;
        this.#sets.set(handle, set);
        const { given, users, unknown } = set;
        return { set: handle, given, found: users.length, unknown };
      }
      case 'seeds': {
        const ranking = this.#index.forSeeds(this.#set(request.set), request.least);
        return ranking && { ranking: this.#keep(ranking), ranked: ranking.ranked };
      }
      case 'page': {
        const within = request.within === undefined ? undefined : this.#set(request.within);
        const { ranking, from, count } = request;
        return this.#index.page(this.#ranking(ranking), from, count, within);
      }
      case 'why':
        return this.#index.why(this.#ranking(request.ranking), request.users, request.most);
      case 'drop':
        for (const handle of request.handles) {
          this.#rankings.delete(handle);
          this.#sets.delete(handle);
        }
        return undefined;
    }
  }

  #keep(ranking: Ranking): number {
    this.#rankings.set(++this.#handles, ranking);
    return this.#handles;
  }

  #ranking(handle: number): Ranking {
    const ranking = this.#rankings.get(handle);
    if (!ranking) throw new RangeError(`no ranking ${handle}`);
    return ranking;
  }

  #set(handle: number): UserSet {
    const set = this.#sets.get(handle);
    if (!set) throw new RangeError(`no set ${handle}`);
    return set;
  }
}
