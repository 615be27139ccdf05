import { chartPosition } from '../../../models/sizing/systems/chart-body.ts';
import type { World } from '../world.ts';
import { ShopGarments } from './shop-garments.ts';
import type { SizePolicy, SizeQuestion } from './size-policy.ts';

/**
 * One size chart for all brands, by what is usual for the labels, read with what the account tells of
 * its body. No advice where the chart has nothing of that.
 */
export class GeneralChart implements SizePolicy {
  readonly #shop: ShopGarments;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.#shop = new ShopGarments(world);
  }

  async advise({ user, at }: SizeQuestion): Promise<number | undefined> {
    const body = this.#shop.body(user);
    const { run } = this.#shop.garment(at);
    if (this.#world.items[at]?.category.gender !== body.gender) return undefined;
    const position = chartPosition(run.scale, body)?.position;
    if (position === undefined) return undefined;
    const off = run.sizes.map(
      (size) => Math.abs(size.position - position) + 0.1 * Math.abs(size.length),
    );
    return this.#shop.placeOf(at, off.indexOf(Math.min(...off)));
  }

  async observe(): Promise<void> {}

  async nightly(): Promise<void> {}

  async close(): Promise<void> {}
}
