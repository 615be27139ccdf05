import { describe, expect, it } from '@jest/globals';
import { convertSize, positionIn } from '../../../../../models/sizing/systems/convert-size.ts';
import { garmentKind } from '../../../../../models/sizing/systems/garment-kind.ts';
import { sizeSystems } from '../../../../../models/sizing/systems/size-systems.ts';

const kids = garmentKind(['kids']);

describe('telling a size in another system', () => {
  it.each([
    ['38', 'eu-women', 'us-women', 'EU 38 ≈ US 8'],
    ['38', 'eu-women', 'uk-women', 'EU 38 ≈ UK 12'],
    ['38', 'eu-women', 'fr-women', 'EU 38 ≈ FR 40'],
    ['38', 'eu-women', 'letters-women', 'EU 38 ≈ M'],
    ['165/88A', 'cn-women-top', 'eu-women', '165/88A ≈ EU 38'],
    ['M', 'letters-men', 'cn-men-top', 'M ≈ 170/88A'],
    ['48', 'eu-men', 'us-men', 'EU 48 ≈ US 38'],
    ['38', 'eu-shoes', 'cn-shoes', 'EU 38 ≈ 240'],
    ['9', 'us-men-shoes', 'eu-shoes', 'US 9 ≈ EU 42'],
    ['75B', 'bra-cm', 'bra-in', '75B ≈ 34B'],
    ['6岁', 'age', 'height-kids', '6岁 ≈ 116'],
    ['30', 'waist-men', 'cn-men-bottom', 'W 30 ≈ 170/76A'],
  ])('%s of %s in %s', (label, from, to, text) => {
    expect(convertSize(label, from, to)?.text).toBe(text);
  });

  it('says how far the two are apart', () => {
    // US 8 is a bust of 35 in = 88.9 cm, EU 38 one of 88: 0.9 cm of 4.
    expect(convertSize('38', 'eu-women', 'us-women')?.off).toBeCloseTo(0.225, 3);
  });

  it('tells nothing of other bodies, of labels that are none, beyond the ends', () => {
    expect(convertSize('38', 'eu-women', 'eu-shoes')).toBeUndefined();
    expect(convertSize('39', 'eu-women', 'us-women')).toBeUndefined();
    expect(convertSize('54', 'eu-women', 'jp-women')).toBeUndefined();
  });

  it('refuses a system that is not known', () => {
    expect(() => convertSize('38', 'eu', 'us-women')).toThrow('there is no size system "eu"');
  });
});

describe.each(sizeSystems.map((system) => [system.id, system] as const))('%s', (id, system) => {
  it('reads its own labels where its table has them', () => {
    for (const { label, position } of system.table) {
      expect([label, positionIn(system, label, kids)]).toEqual([
        label,
        expect.closeTo(position, 9),
      ]);
    }
  });

  it('gives every label back as it is', () => {
    for (const { label, position } of system.table) {
      const back = convertSize(label, id, id, kids);
      expect(positionIn(system, back?.label ?? '', kids)).toBeCloseTo(position, 9);
    }
  });

  it('has its labels smallest first', () => {
    const positions = system.table.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });
});
