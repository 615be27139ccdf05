import { describe, expect, it } from '@jest/globals';
import { garmentKind } from '../../../../../models/sizing/systems/garment-kind.ts';

describe('what a category path says', () => {
  it.each([
    ['women/tops/t-shirts', 'women', 'top'],
    ["women's/dress shirts", 'women', 'top'],
    ['dress shoes', 'adult', 'shoes'],
    ['women/dresses/midi', 'women', 'dress'],
    ['women/skirts/midi', 'women', 'bottom'],
    ['shirtdress', 'women', 'dress'],
    ['jean jackets', 'adult', 'top'],
    ['sweatpants', 'adult', 'bottom'],
    ['女装/连衣裙', 'women', 'dress'],
    ['女装/半身裙', 'women', 'bottom'],
    ['女装/连体裤', 'women', 'dress'],
    ['女装/牛仔裤', 'women', 'bottom'],
    ['男装/牛仔外套', 'men', 'top'],
    ['童装/女童/连衣裙', 'kids', 'dress'],
    ['男女同款/卫衣', 'adult', 'top'],
    ['女鞋/靴子', 'women', 'shoes'],
    ['baby/bodysuits', 'kids', 'top'],
    ['文胸', 'women', 'bra'],
    ['帽子', 'adult', 'accessory'],
    ['socks', 'adult', 'socks'],
    ['laptop', 'adult', 'any'],
    ['Ｗｏｍｅｎ/Ｔｏｐｓ', 'women', 'top'],
    ['', 'adult', 'any'],
  ])('%s', (path, audience, kind) => {
    expect(garmentKind(path.split('/'))).toMatchObject({ audience, kind });
  });

  it('takes the gender of the item where the path says nothing, and not against it', () => {
    expect(garmentKind(['jackets'], 'male').audience).toBe('men');
    expect(garmentKind(['women', 'jackets'], 'male').audience).toBe('women');
    expect(garmentKind(['dress'], 'other').audience).toBe('women');
  });
});
