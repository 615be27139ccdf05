import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { type RunContext, sizeRun } from '../../../../../models/sizing/systems/size-run.ts';
import { sizeSystems } from '../../../../../models/sizing/systems/size-systems.ts';

function read(path: string, labels: string, more: RunContext = {}) {
  const run = sizeRun(labels.split(' ; '), { categoryPath: path.split('/'), ...more });
  return {
    system: run.system,
    scale: run.scale,
    sizes: run.sizes.map(({ label, position, length }) => {
      const mark = length === 0 ? '' : length < 0 ? ' short' : ' long';
      return `${label} ${Math.round(position * 100) / 100}${mark}`;
    }),
  };
}

describe('the labels of one item', () => {
  // path, labels, system, scale, sizes
  it.each([
    ['women/tops', 'XL ; S ; M', 'letters-women', 'women-top', ['S -1', 'M 0', 'XL 2']],
    [
      '女装/T恤',
      'Ｍ码 ; l 码 ; ２ＸＬ',
      'letters-women',
      'women-top',
      ['Ｍ码 0', 'l 码 1', '２ＸＬ 3'],
    ],
    ['women/tops', 'S-M ; L/XL', 'letters-women', 'women-top', ['S-M -0.5', 'L/XL 1.5']],
    [
      'women/tops',
      'Extra Small ; X-Large',
      'letters-women',
      'women-top',
      ['Extra Small -2', 'X-Large 2'],
    ],
    [
      'women/tops',
      'M Petite ; LT',
      'letters-women',
      'women-top',
      ['M Petite 0 short', 'LT 1 long'],
    ],
    [
      'women/dresses/midi',
      '36 ; 38 ; 40/42',
      'eu-women',
      'women-dress',
      ['36 -1', '38 0', '40/42 1.5'],
    ],
    [
      '连衣裙',
      'EU 38/US 8 ; EU 40/US 10',
      'eu-women',
      'women-dress',
      ['EU 38/US 8 0', 'EU 40/US 10 1'],
    ],
    [
      'dress',
      '00 ; 8 ; 8P ; 10T',
      'us-women',
      'women-dress',
      ['00 -2.95', '8P 0.23 short', '8 0.23', '10T 0.86 long'],
    ],
    ['dress', 'UK 12 ; UK 14', 'uk-women', 'women-dress', ['UK 12 0.23', 'UK 14 0.86']],
    ['连衣裙', '7号 ; 9号 ; 11号', 'jp-women', 'women-dress', ['7号 -2', '9号 -1.25', '11号 -0.5']],
    ['女装/衬衫', '160/84A ; 165/88A', 'cn-women-top', 'women-top', ['160/84A -1', '165/88A 0']],
    [
      '男装/T恤',
      '170/88A(48) ; 175/92A(50)',
      'cn-men-top',
      'men-top',
      ['170/88A(48) 0', '175/92A(50) 1'],
    ],
    ['女裤', '160/66A ; 165/70A', 'cn-women-bottom', 'women-bottom', ['160/66A -1', '165/70A 0']],
    [
      '女装/上衣',
      'M(165/88A) ; L(170/92A)',
      'letters-women',
      'women-top',
      ['M(165/88A) 0', 'L(170/92A) 1'],
    ],
    [
      '女装/上衣',
      '165/88A ; 170/88A',
      'cn-women-top',
      'women-top',
      ['165/88A 0', '170/88A 0 long'],
    ],
    ['女装/上衣', '160 ; 165 ; 170', 'cn-height-women', 'women-top', ['160 -1', '165 0', '170 1']],
    [
      '女装/上衣',
      '小号 ; 均码 ; 大号',
      'words-women',
      'women-top',
      ['小号 -1', '均码 0', '大号 1'],
    ],
    [
      '女装/T恤',
      '90-100斤 ; 100-120斤',
      'weight-women',
      'women-top',
      ['90-100斤 -1.54', '100-120斤 0'],
    ],
    [
      '女装/T恤',
      'M【建议100-110斤】 ; L【110-120斤】',
      'letters-women',
      'women-top',
      ['M【建议100-110斤】 0', 'L【110-120斤】 1'],
    ],
    [
      'women/jeans',
      '26 ; 27 ; 28',
      'waist-women',
      'women-bottom',
      ['26 -0.99', '27 -0.36', '28 0.28'],
    ],
    [
      'men/jeans',
      'W30 L30 ; 30/32 ; 32x34',
      'waist-men',
      'men-bottom',
      ['W30 L30 0.05 short', '30/32 0.05', '32x34 1.32 long'],
    ],
    ['女装/T恤', '均码', 'one-size', 'one-size', ['均码 0']],
    ['women/tops', 'Free Size', 'one-size', 'one-size', ['Free Size 0']],
    ['women/tops', 'F', 'one-size', 'one-size', ['F 0']],
    ['女装/内衣', '75A ; 75B ; 80B', 'bra-cm', 'bra', ['75A -0.08', '75B 0', '80B 1']],
    ['bras', '34C ; 36DD', 'bra-in', 'bra', ['34C 0.08', '36DD 1.24']],
    ['女鞋', '38码 ; 38.5码', 'eu-shoes', 'shoes', ['38码 38', '38.5码 38.5']],
    ['shoes', '37 1/3 ; 38½', 'eu-shoes', 'shoes', ['37 1/3 37.33', '38½ 38.5']],
    ['女鞋', '230 ; 235', 'cn-shoes', 'shoes', ['230 36', '235 37']],
    ['女鞋', '23 ; 23.5', 'jp-shoes', 'shoes', ['23 36', '23.5 37']],
    ['women/shoes', '6.5 ; 7', 'us-women-shoes', 'shoes', ['6.5 37.5', '7 38']],
    ['men/shoes', '8.5 ; 9', 'us-men-shoes', 'shoes', ['8.5 41.5', '9 42']],
    ['童鞋', '26 ; 27', 'eu-shoes', 'kids-shoes', ['26 26', '27 27']],
    ['童装', '18M ; 3-4Y ; 6岁', 'age', 'kids', ['18M 8.6', '3-4Y 10.4', '6岁 11.6']],
    ['童装', '110 ; 120cm ; 130/64', 'height-kids', 'kids', ['110 11', '120cm 12', '130/64 13']],
    ['girls/dresses', '2T ; 3T ; 4', 'us-toddlers', 'kids', ['2T 9.2', '3T 9.8', '4 10.4']],
    ['童装', '5 ; 7 ; 9 ; 11', 'kr-kids', 'kids', ['5 10', '7 11', '9 12', '11 13']],
    ['boys/t-shirts', 'S ; M', 'letters-kids', 'kids', ['S 12', 'M 13']],
    ['men/shirts', '38 ; 39 ; 40', 'collar-cm', 'men-top', ['38 -1', '39 0', '40 1']],
    ['men/suits', '38R ; 40L', 'us-men', 'men-top', ['38R 2.13', '40L 3.4 long']],
    ['men/suits', '48 ; 50', 'eu-men', 'men-top', ['48 2', '50 3']],
    ['女鞋', '36/230 ; 37/235', 'eu-shoes', 'shoes', ['36/230 36', '37/235 37']],
    ['kids/tops', '6-7 ; 8-9', 'age', 'kids', ['6-7 12.2', '8-9 13.4']],
    ['女装/上衣', '155-160 ; 165', 'cn-height-women', 'women-top', ['155-160 -1.5', '165 0']],
    ['文胸', 'B75 ; C75', 'bra-cm', 'bra', ['B75 0', 'C75 0.08']],
    ['hats', 'S ; M', 'letters-adult', 'letters:hats', ['S -1', 'M 0']],
  ])('of %s: %s', (path, labels, system, scale, sizes) => {
    expect(read(path, labels)).toEqual({ system, scale, sizes });
  });

  it('says the same text by what the piece is', () => {
    expect(read('women/dresses', '38')).toMatchObject({ scale: 'women-dress', sizes: ['38 0'] });
    expect(read('women/shoes', '38')).toMatchObject({ scale: 'shoes', sizes: ['38 38'] });
    expect(read('男裤', '38')).toMatchObject({ scale: 'men-bottom', sizes: ['38 5.13'] });
    expect(read('women/tops', 'M')).toMatchObject({ scale: 'women-top' });
    expect(read('men/tops', 'M')).toMatchObject({ scale: 'men-top' });
    expect(read('童装', 'M')).toMatchObject({ scale: 'kids' });
  });

  it('puts what is made for one body at about one place', () => {
    const place = (path: string, label: string) =>
      sizeRun([label], { categoryPath: path.split('/') }).sizes[0]?.position;
    for (const label of ['M', '38', 'US 8', 'UK 12', '165/88A', 'FR 40', 'IT 44']) {
      expect(Math.abs(place('women/tops', label) ?? 9)).toBeLessThan(0.3);
    }
    for (const label of ['M', '170/88A', 'EU 44', '39']) {
      expect(Math.abs(place('men/shirts', label) ?? 9)).toBeLessThan(0.3);
    }
    // A chest of 96 cm.
    for (const label of ['180/96A', '48', 'US 38']) {
      expect(place('men/suits', label)).toBeCloseTo(2, 0);
    }
  });

  it('keeps the order of the shop where the labels say nothing', () => {
    const labels = [
      { label: 'Rose', order: 2 },
      { label: 'Lily', order: 1 },
    ];
    expect(sizeRun(labels, { categoryPath: ['women', 'dresses'] })).toMatchObject({
      scale: 'order:dresses',
      system: null,
      unread: ['Lily', 'Rose'],
      sizes: [
        { label: 'Lily', position: 0 },
        { label: 'Rose', position: 1 },
      ],
    });
    expect(read('dress', 'b ; a').sizes).toEqual(['b 0', 'a 1']);
    expect(read('dress', 'No. 12 ; No. 7x').sizes).toEqual(['No. 7x 0', 'No. 12 1']);
  });

  it('does not decide between systems that are as likely', () => {
    const run = sizeRun(['8', '9', '10'], { categoryPath: ['shoes'] });
    expect(run.scale).toBe('order:shoes');
    expect(run.alternatives).toEqual(expect.arrayContaining(['us-women-shoes', 'us-men-shoes']));
    expect(read('', '38 ; 40').scale).toBe('order:');
  });

  it('says which other system would read them too', () => {
    const run = sizeRun(['8', '10', '12'], { categoryPath: ['dress'] });
    expect(run).toMatchObject({ system: 'us-women', alternatives: ['uk-women'] });
    const told = sizeRun(['8', '10', '12'], { categoryPath: ['dress'], system: 'uk-women' });
    expect(told).toMatchObject({ system: 'uk-women', alternatives: [] });
  });

  it('places what it cannot read between its neighbours by the order of the shop, and says so', () => {
    const labels = ['S', 'M', 'Queen', 'XL', 'King'].map((label, order) => ({ label, order }));
    const run = sizeRun(labels, { categoryPath: ['women', 'tights'] });
    expect(run.sizes.map(({ position }) => position)).toEqual([-1, 0, 1, 2, 3]);
    expect(run.unread).toEqual(['Queen', 'King']);
  });

  it('takes the order of the shop alone where it contradicts what can be read, or there is none', () => {
    const labels = ['L', 'Queen', 'S', 'M'].map((label, order) => ({ label, order }));
    expect(sizeRun(labels, { categoryPath: ['tights'] })).toMatchObject({ scale: 'order:tights' });
    expect(read('women/tights', 'S ; Queen ; M').scale).toBe('order:tights');
  });

  it('counts labels that mean the same once, and finds each', () => {
    const run = sizeRun(['XXL', 'M', '2XL', 'm'], { categoryPath: ['women', 'tops'] });
    expect(run.sizes.map(({ label }) => label)).toEqual(['M', 'XXL']);
    expect([...run.places]).toEqual(
      expect.arrayContaining([
        ['XXL', 1],
        ['2XL', 1],
        ['M', 0],
        ['m', 0],
      ]),
    );
    const girths = sizeRun(['165/88A', '165/88B'], { categoryPath: ['女装', '上衣'] });
    expect(girths.sizes).toHaveLength(2);
  });

  it('is empty for no labels', () => {
    expect(sizeRun([], { categoryPath: ['dress'] }).sizes).toEqual([]);
  });

  it('reads the codes of a data set where it is named', () => {
    expect(read('dress', '8 ; 7 ; 9 ; 14', { system: 'rent-the-runway' })).toEqual({
      system: 'rent-the-runway',
      scale: 'women-dress',
      sizes: ['7 -1 short', '8 -1', '9 -1 long', '14 0'],
    });
  });
});

describe('any labels', () => {
  const paths = ['dress', '女裤', 'shoes', '童装', '', 'bras', 'men/shirts', '帽'];
  const pieces = [
    ...sizeSystems.flatMap(({ table }) => table.slice(0, 12).map(({ label }) => label)),
    ...[
      '',
      ' ',
      '均码',
      '()',
      '((',
      '/',
      '-',
      '\u0000',
      '😀',
      '\ud800',
      '9'.repeat(50),
      '．',
      '1/0',
    ],
  ];

  it('are all there, in the order of their positions, whatever they are', () => {
    const random = seededRandom(1);
    const pick = <Value>(values: readonly Value[]) =>
      values[Math.floor(random() * values.length)] as Value;
    for (let round = 0; round < 3000; round++) {
      const count = Math.floor(random() * 8);
      const labels = Array.from({ length: count }, (_, order) => {
        const label = `${pick(pieces)}${random() < 0.2 ? pick(pieces) : ''}`.slice(0, 50);
        return random() < 0.5 ? { label, order } : { label };
      });
      const run = sizeRun(labels, { categoryPath: pick(paths).split('/') });
      for (const [n, size] of run.sizes.entries()) {
        expect(Number.isFinite(size.position)).toBe(true);
        expect(size.position).toBeGreaterThanOrEqual(run.sizes[n - 1]?.position ?? -Infinity);
      }
      for (const { label } of labels) {
        expect(run.sizes[run.places.get(label) ?? -1]).toBeDefined();
      }
    }
  });
});
