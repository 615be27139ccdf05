import type { BlockName, Wears } from './size-runs.ts';

/** What somebody dresses for. Hidden: neither items nor users say it anywhere. */
export const occasions = ['work', 'street', 'date', 'home', 'outdoor', 'party'] as const;

export interface Category {
  /** From the root to the leaf. */
  readonly path: readonly string[];
  readonly chinese: string;
  readonly english: string;
  readonly gender: Wears;
  /** What it is cut for. */
  readonly block: BlockName;
  /** CNY. */
  readonly price: readonly [low: number, high: number];
  /** Worn in the cold (1), in the heat (-1), or always (0). */
  readonly season: -1 | 0 | 1;
  /** How well it serves each of `occasions`, on the whole. */
  readonly serves: readonly number[];
  readonly materials: readonly string[];
}

/** English names and the Chinese ones. */
export const materials: Readonly<Record<string, string>> = {
  cotton: '棉',
  linen: '亚麻',
  polyester: '聚酯纤维',
  silk: '真丝',
  wool: '羊毛',
  cashmere: '羊绒',
  fleece: '抓绒',
  satin: '缎面',
  velvet: '丝绒',
  denim: '牛仔',
  nylon: '尼龙',
  leather: '皮革',
  suede: '麂皮',
  canvas: '帆布',
  mesh: '网面',
};

const category = (
  path: string,
  words: string,
  block: BlockName,
  price: readonly [number, number],
  season: -1 | 0 | 1,
  serves: readonly number[],
  of: string,
): Category => {
  const [chinese = '', english = ''] = words.split('|');
  const [department = ''] = path.split('/');
  const gender = ({ women: 'female', men: 'male' } as const)[department] ?? 'child';
  return {
    path: path.split('/'),
    chinese,
    english,
    gender,
    block,
    price,
    season,
    serves,
    materials: of.split(' '),
  };
};

export const adultsCategories: readonly Category[] = [
  category(
    'women/tops/t-shirts',
    'T恤|T-shirt',
    'women-tops',
    [49, 159],
    -1,
    [2, 8, 3, 7, 6, 1],
    'cotton linen polyester',
  ),
  category(
    'women/tops/blouses',
    '衬衫|Blouse',
    'women-tops',
    [99, 359],
    0,
    [9, 3, 6, 1, 1, 2],
    'cotton silk linen polyester',
  ),
  category(
    'women/tops/knitwear',
    '针织衫|Knit',
    'women-tops',
    [129, 459],
    1,
    [6, 5, 5, 6, 3, 1],
    'wool cashmere cotton',
  ),
  category(
    'women/tops/hoodies',
    '卫衣|Hoodie',
    'women-tops',
    [99, 329],
    1,
    [1, 9, 2, 8, 7, 1],
    'cotton fleece',
  ),
  category(
    'women/dresses/midi',
    '连衣裙|Midi dress',
    'women-dresses',
    [159, 699],
    -1,
    [5, 3, 9, 2, 2, 5],
    'cotton silk linen polyester',
  ),
  category(
    'women/dresses/evening',
    '礼服裙|Evening dress',
    'women-dresses',
    [299, 1599],
    0,
    [1, 0, 6, 0, 0, 10],
    'silk satin velvet',
  ),
  category(
    'women/skirts/pleated',
    '百褶裙|Pleated skirt',
    'women-bottoms',
    [99, 399],
    0,
    [6, 5, 7, 1, 1, 4],
    'wool polyester satin',
  ),
  category(
    'women/trousers/jeans',
    '长裤|Jeans',
    'women-bottoms',
    [139, 499],
    0,
    [4, 9, 4, 3, 7, 2],
    'denim',
  ),
  category(
    'women/trousers/wide-leg',
    '阔腿裤|Wide-leg trousers',
    'women-bottoms',
    [139, 459],
    0,
    [9, 4, 4, 4, 2, 2],
    'wool linen polyester',
  ),
  category(
    'women/coats/overcoats',
    '大衣|Coat',
    'women-dresses',
    [499, 2299],
    1,
    [8, 4, 7, 0, 2, 4],
    'wool cashmere',
  ),
  category(
    'women/coats/down',
    '羽绒服|Down jacket',
    'women-tops',
    [399, 1799],
    1,
    [4, 7, 2, 2, 9, 1],
    'nylon polyester',
  ),
  category(
    'women/shoes/sneakers',
    '运动鞋|Sneakers',
    'women-shoes',
    [159, 699],
    0,
    [2, 9, 3, 4, 9, 1],
    'leather canvas mesh',
  ),
  category(
    'women/shoes/heels',
    '高跟鞋|Heels',
    'women-shoes',
    [199, 899],
    0,
    [7, 1, 8, 0, 0, 9],
    'leather satin suede',
  ),
  category(
    'men/tops/t-shirts',
    'T恤|T-shirt',
    'men-tops',
    [59, 199],
    -1,
    [2, 9, 4, 7, 7, 1],
    'cotton polyester',
  ),
  category(
    'men/tops/shirts',
    '衬衫|Shirt',
    'men-tops',
    [129, 459],
    0,
    [9, 4, 6, 1, 2, 5],
    'cotton linen',
  ),
  category(
    'men/trousers/chinos',
    '休闲裤|Chinos',
    'men-bottoms',
    [139, 459],
    0,
    [8, 6, 5, 3, 4, 3],
    'cotton linen',
  ),
  category(
    'men/coats/jackets',
    '夹克|Jacket',
    'men-tops',
    [229, 1099],
    1,
    [5, 8, 5, 0, 8, 3],
    'nylon denim leather',
  ),
  category(
    'men/shoes/sneakers',
    '运动鞋|Sneakers',
    'men-shoes',
    [199, 899],
    0,
    [2, 9, 4, 3, 9, 1],
    'leather canvas mesh',
  ),
];

/** For children: bought by those who have any, and less of it. */
const childrensCategories: readonly Category[] = [
  category(
    'kids/tops/t-shirts',
    '儿童T恤|Kids T-shirt',
    'kids',
    [39, 129],
    -1,
    [2, 8, 1, 7, 7, 2],
    'cotton polyester',
  ),
  category(
    'kids/trousers/joggers',
    '儿童长裤|Kids joggers',
    'kids',
    [59, 169],
    0,
    [3, 8, 1, 6, 8, 2],
    'cotton fleece',
  ),
  category(
    'kids/coats/down',
    '儿童羽绒服|Kids down jacket',
    'kids',
    [199, 699],
    1,
    [5, 7, 1, 1, 9, 2],
    'nylon polyester',
  ),
];

export const categories: readonly Category[] = [...adultsCategories, ...childrensCategories];

/** A style and where it lies between plain (-1) and ornate (1), classic (-1) and trendy (1). */
export interface Style {
  readonly chinese: string;
  readonly english: string;
  readonly look: readonly [ornate: number, trendy: number];
}

const style = (words: string, ornate: number, trendy: number): Style => {
  const [chinese = '', english = ''] = words.split('|');
  return { chinese, english, look: [ornate, trendy] };
};

export const styles: readonly Style[] = [
  style('极简|Minimalist', -0.9, 0.1),
  style('通勤|Commuter', -0.5, -0.5),
  style('复古|Vintage', 0.5, -0.7),
  style('法式|French', 0.2, -0.3),
  style('甜美|Sweet', 0.8, 0.2),
  style('街头|Streetwear', 0.3, 0.9),
  style('运动|Athletic', -0.5, 0.6),
  style('国风|Neo-Chinese', 0.7, -0.2),
  style('辣妹|Y2K', 0.6, 1),
  style('慵懒|Relaxed', -0.4, 0.3),
];

/** Brands keep to a part of the prices of a category (0: its cheapest, 1: its dearest). */
export interface PriceBand {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Of the brands. */
  readonly share: number;
}

export const priceBands: readonly PriceBand[] = [
  { name: 'value', from: 0, to: 0.4, share: 0.4 },
  { name: 'middle', from: 0.3, to: 0.75, share: 0.4 },
  { name: 'premium', from: 0.65, to: 1, share: 0.2 },
];

export const patterns: readonly string[] = [
  '纯色|plain',
  '碎花|floral',
  '条纹|striped',
  '格纹|checked',
  '波点|dotted',
  '拼色|colour-block',
];

export const colours: readonly string[] = [
  'black',
  'white',
  'grey',
  'beige',
  'red',
  'pink',
  'blue',
  'navy',
  'green',
  'khaki',
  'brown',
  'purple',
];

export const brands: readonly string[] = [
  '素妍 Suyan',
  '织野 Zhiye',
  'Lumo',
  '云裳 Yunshang',
  'Northlane',
  '木兮 Muxi',
  'Aveline',
  '青禾 Qinghe',
  'Kitsu',
  '初见 Chujian',
  'Marlow & Rye',
  '简物 Jianwu',
  'Oriel',
  '南枝 Nanzhi',
  'Tidewater',
  '浮光 Fuguang',
  'Halden',
  '一寸 Yicun',
  'Sable',
  '鹿角 Lujiao',
  'Perrin',
  '知秋 Zhiqiu',
  'Wren',
  '半夏 Banxia',
];

export const channels: readonly string[] = [
  'app',
  'mini-program',
  'short-video',
  'search',
  'friend',
];
