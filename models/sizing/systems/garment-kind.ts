/** For whom a piece is made; `adult`: not said, or for both. */
export type Audience = 'women' | 'men' | 'kids' | 'adult';

/** What a piece covers, as far as its sizes go; `any`: not said. */
export type Kind = 'top' | 'dress' | 'bottom' | 'shoes' | 'socks' | 'bra' | 'accessory' | 'any';

export interface GarmentKind {
  readonly audience: Audience;
  readonly kind: Kind;
  /** The end of the category path, lower case; what runs without a scale of their own are named after. */
  readonly leaf: string;
}

type Words<Meaning> = readonly (readonly [meaning: Meaning, english: string, chinese: string])[];

const kinds: Words<Kind> = [
  [
    'shoes',
    'shoe sneaker boot bootie sandal loafer pump heel flat trainer slipper mule clog espadrille footwear oxford',
    '鞋 靴 拖',
  ],
  ['bra', 'bra bralette', '文胸 胸罩 乳罩'],
  ['socks', 'sock stocking', '袜'],
  [
    'accessory',
    'bag handbag hat cap beanie belt scarf glove jewelry jewellery ring necklace bracelet watch sunglasses tie wallet accessory accessories',
    '包 帽 围巾 手套 腰带 皮带 首饰 项链 戒指 手链 领带 眼镜 配饰',
  ],
  [
    'dress',
    'dress gown jumpsuit romper frock sheath ballgown shirtdress kaftan caftan overall dungaree playsuit',
    '连衣裙 连衣长裙 连衣短裙 礼服 旗袍 连体裤 连体衣 背带裤 背带裙 吊带裙 婚纱 长裙 汉服',
  ],
  [
    'bottom',
    'pant trouser jean short legging skirt culotte jogger chino slack skort tights panty brief boxer underpants bottom',
    '裤 裙 打底裤 连裤袜',
  ],
  [
    'top',
    'top shirt tee blouse coat jacket sweater cardigan blazer vest tank tunic bomber sweatshirt hoodie suit pullover knit knitwear turtleneck kimono poncho cape trench parka cami blouson duster henley peacoat overcoat crewneck buttondown windbreaker fleece outerwear anorak polo camisole tshirt bodysuit pyjama pajama swimsuit bikini down',
    '衫 衣 恤 外套 夹克 马甲 背心 西装 西服 大衣 棉服 羽绒服 打底 吊带 套装 风衣 皮草 上装',
  ],
];

/** These also stand beside another word that says more. */
const weakKinds: Words<Kind> = [
  ['dress', 'midi maxi mini shift', ''],
  ['bottom', 'denim', ''],
];

const audiences: Words<Audience> = [
  [
    'kids',
    'kid boy girl child children baby babies toddler infant newborn youth junior',
    '童 婴 宝宝 幼儿 亲子 小孩',
  ],
  ['adult', 'unisex', '男女 中性 情侣'],
  ['women', 'women woman womens ladies lady female womenswear', '女 妈妈 孕妇'],
  ['men', 'men man mens male menswear gentlemen', '男 爸爸'],
];

/** Pieces that say for whom they are where nothing else does. */
const implied: Words<Audience> = [
  [
    'women',
    'gown ballgown skirt blouse bra bralette bikini sheath frock dress shirtdress culotte heel pump',
    '连衣裙 半身裙 半裙 文胸 旗袍 婚纱 裙',
  ],
];

/**
 * Reads a category path, English or Chinese, from the leaf up. The last word of an element decides
 * (a dress shirt is a shirt). What it does not find it leaves open.
 */
export function garmentKind(
  categoryPath: readonly string[],
  gender?: 'female' | 'male' | 'other',
): GarmentKind {
  const path = categoryPath.map((element) => element.normalize('NFKC').toLowerCase()).reverse();
  const said = first(path, kinds) ?? first(path, weakKinds);
  const audience = first(path, audiences) ?? byGender(gender) ?? whoWears(path) ?? 'adult';
  const kind = said ?? 'any';
  return {
    audience,
    kind: audience === 'men' && kind === 'bra' ? 'top' : kind,
    leaf: path[0] ?? '',
  };
}

function byGender(gender?: 'female' | 'male' | 'other'): Audience | undefined {
  if (gender === 'female') return 'women';
  return gender === 'male' ? 'men' : undefined;
}

/** Whom the piece itself implies: a blouse, but not a dress shirt. */
function whoWears(path: readonly string[]): Audience | undefined {
  for (const element of path) {
    const piece = lastMeaning(element, compiled(kinds));
    if (piece === undefined) continue;
    const wearer = lastMeaning(element, compiled(implied));
    return wearer?.end === piece.end ? wearer.meaning : undefined;
  }
  return undefined;
}

function first<Meaning>(path: readonly string[], words: Words<Meaning>): Meaning | undefined {
  for (const element of path) {
    const found = lastMeaning(element, compiled(words));
    if (found !== undefined) return found.meaning;
  }
  return undefined;
}

interface Compiled<Meaning> {
  readonly english: ReadonlyMap<string, Meaning>;
  readonly endings: readonly (readonly [string, Meaning])[];
  readonly chinese: readonly (readonly [string, Meaning])[];
}

const cache = new Map<unknown, unknown>();

function compiled<Meaning>(words: Words<Meaning>): Compiled<Meaning> {
  const before = cache.get(words);
  if (before !== undefined) return before as Compiled<Meaning>;
  const split = (text: string) => (text === '' ? [] : text.split(' '));
  const english = words.flatMap(([meaning, text]) =>
    split(text).map((word) => [word, meaning] as const),
  );
  const chinese = words.flatMap(([meaning, , text]) =>
    split(text).map((word) => [word, meaning] as const),
  );
  const made = {
    english: new Map(english),
    // `sweatpants`, `minidress`: but not `women` for `men`, nor `laptop` for `top`.
    endings: english.filter(([word]) => word.length >= 4 && !/men$|male$/.test(word)),
    chinese: [...chinese].sort(([a], [b]) => b.length - a.length),
  };
  cache.set(words, made);
  return made;
}

interface Found<Meaning> {
  readonly meaning: Meaning;
  readonly end: number;
}

/** The word that ends last in the text; of two the longer one. */
function lastMeaning<Meaning>(text: string, words: Compiled<Meaning>): Found<Meaning> | undefined {
  let found: Found<Meaning> | undefined;
  const plain = text.replaceAll("'", '').replaceAll('t-shirt', 'tshirt');
  for (const match of plain.matchAll(/[a-z]+/g)) {
    const meaning = englishMeaning(match[0], words);
    if (meaning !== undefined) found = { meaning, end: match.index + match[0].length };
  }
  for (const [word, meaning] of words.chinese) {
    const at = plain.lastIndexOf(word);
    const end = at + word.length;
    if (at >= 0 && end > (found?.end ?? -1)) found = { meaning, end };
  }
  return found;
}

function englishMeaning<Meaning>(word: string, words: Compiled<Meaning>): Meaning | undefined {
  const forms = [word, word.replace(/s$/, ''), word.replace(/es$/, '')];
  for (const form of forms) {
    const meaning = words.english.get(form);
    if (meaning !== undefined) return meaning;
  }
  for (const form of forms) {
    for (const [ending, meaning] of words.endings) if (form.endsWith(ending)) return meaning;
  }
  return undefined;
}
