import { lengthOf } from './length-words.ts';
import { readLetters } from './letters.ts';
import type { Region, Shape } from './shape-types.ts';

const regions: readonly (readonly [beginning: RegExp, region: Region])[] = [
  [/^(?:E|DE|欧)/, 'EU'],
  [/^(?:US|美)/, 'US'],
  [/^(?:UK|GB|AU|英)/, 'UK'],
  [/^(?:FR|ES|法)/, 'FR'],
  [/^(?:IT|意)/, 'IT'],
  [/^(?:J|日)/, 'JP'],
  [/^(?:C|国|中)/, 'CN'],
  [/^(?:K|韩)/, 'KR'],
];

const regionWords =
  'EUR?|DE|USA?|UK|GB|AUS?|FR|ES|IT|JPN?|CHN?|CN|KR|欧洲?码?|美国?码?|英国?码?|法码?|意码?|日本?码?|国码|中国码?|国际码|韩码?';
const number = String.raw`(\d{1,3}(?:\.\d{1,2})?)`;
const numberPattern = new RegExp(
  `^(?:(${regionWords})\\s*[:.-]?\\s*)?${number}(?:\\s*[-/]\\s*${number})?\\s*` +
    `(CM|MM|IN|INCH|INCHES|厘米|毫米|英寸|C|Y|W|X|号|码)?\\s*-?\\s*` +
    '(PETITE|SHORT|REGULAR|REG|TALL|LONG|P|S|R|T|L|短|标准|长)?' +
    `(?:\\s*(${regionWords}))?$`,
);
const doubleZero = /^(?:US\s*)?(00|0-?0|000)(P|PETITE)?$/;
const heightGirthPattern = /^(\d{2,3})\s*[/-]\s*(\d{2,3})\s*(?:\(\s*)?([YABC])?\)?$/;
const waistPatterns = [
  /^W\s*(\d{2})(?:\s*[-/X,]?\s*L\s*(\d{2}))?$/,
  /^(\d{2})\s*W?\s*[/X-]\s*(\d{2})\s*L?$/,
  /^(\d{2})\s*(?:"|IN|INCH|INCHES|英寸)?\s*W$/,
  /^(\d{2})\s*L\s*(\d{2})$/,
];
const braPattern = /^(\d{2,3})\s*[-/]?\s*(AA|A|B|C|DDD|DD|D|E|FF|F|GG|G|H|I|J)$/;
const cups = ['AA', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'];
const sameCup: Readonly<Record<string, string>> = { DD: 'E', DDD: 'F', FF: 'G', GG: 'H' };
const yearPattern =
  /^(?:AGES?\s*)?(\d{1,2})(?:\s*[-/]\s*(\d{1,2}))?\s*(?:Y|YRS?|YEARS?|YEARS? OLD|岁|歳|ANS)$/;
const monthPattern = /^(\d{1,2})(?:\s*[-/]\s*(\d{1,2}))?\s*(?:M|MO|MOS|MTHS?|MONTHS?|个?月|ヶ月)$/;
const toddlerPattern = /^(\d)T?(?:\s*[-/]\s*(\d))?T$/;
const newborn = /^(?:NB|NEWBORN|新生儿|PREMIE)$/;
const weightPattern =
  /^(\d{2,3})(?:\s*斤|\s*KG|\s*公斤)?\s*-\s*(\d{2,3})\s*(斤|KG|公斤)(?:左右|以内)?$/;
const oneSize =
  /^(?:ONE[\s-]*SIZE(?: FITS (?:ALL|MOST))?|OSFA|OSFM|ONE|O[/]?S|FREE(?:[\s-]*SIZE)?|FS|F|TU|UNI|U|NS|均码|フリー|フリーサイズ|ワンサイズ|(?:ONE[\s-]*SIZE|FREE|F)\s*\(?均码\)?)$/;
const words: Readonly<Record<string, number>> = {
  特小: -2,
  加小: -2,
  小: -1,
  中: 0,
  均码: 0,
  大: 1,
  加大: 2,
  特大: 2.5,
  加加大: 3,
  超大: 3,
  特加大: 3.5,
  加肥加大: 4,
};

/** Everything that a normalised text can be by its form, in no order. None where it says nothing. */
export function shapesOf(text: string): readonly Shape[] {
  const shapes: (Shape | undefined)[] = [
    readLetters(text),
    readNumber(text),
    readHeightGirth(text),
    readWaist(text),
    readBra(text),
    readAge(text),
    readWeight(text),
    readWord(text),
    oneSize.test(text) ? { form: 'one' } : undefined,
  ];
  return shapes.filter((shape) => shape !== undefined);
}

function readNumber(text: string): Shape | undefined {
  const zeros = doubleZero.exec(text);
  // The sizes below 0: 00 stands where −2 would.
  if (zeros) {
    const value = zeros[1] === '000' ? -4 : -2;
    return { form: 'number', values: [value], text, region: 'US', length: zeros[2] ? -1 : 0 };
  }
  const match = numberPattern.exec(text);
  if (match === null) return undefined;
  const [, before, low, high, unit, length, after] = match;
  const values = [low, high].filter((value) => value !== undefined).map(Number);
  const region = regionOf(before ?? after);
  return { form: 'number', values, text, region, length: lengthOf(length), unit };
}

function regionOf(text: string | undefined): Region | undefined {
  if (text === undefined) return undefined;
  return regions.find(([pattern]) => pattern.test(text))?.[1];
}

function readHeightGirth(text: string): Shape | undefined {
  const match = heightGirthPattern.exec(text);
  if (match === null) return undefined;
  const [height, girth] = [Number(match[1]), Number(match[2])];
  const isBody = height >= 50 && height <= 210 && girth >= 40 && girth <= 150 && girth < height;
  return isBody ? { form: 'heightGirth', height, girth, build: match[3] ?? '' } : undefined;
}

function readWaist(text: string): Shape | undefined {
  for (const pattern of waistPatterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const waist = Number(match[1]);
    const inseam = match[2] === undefined ? undefined : Number(match[2]);
    if (waist < 20 || waist > 60) return undefined;
    if (inseam !== undefined && (inseam < 24 || inseam > 40)) return undefined;
    return { form: 'waist', waist, inseam };
  }
  return undefined;
}

function readBra(text: string): Shape | undefined {
  // `B75` is 75B.
  const match = braPattern.exec(text.replace(/^([A-H]{1,3})\s*(\d{2,3})$/, '$2$1'));
  if (match === null) return undefined;
  const cup = match[2] ?? '';
  return { form: 'bra', band: Number(match[1]), cup: cups.indexOf(sameCup[cup] ?? cup) };
}

function readAge(text: string): Shape | undefined {
  if (newborn.test(text)) return { form: 'age', months: 1, isToddler: false };
  const toddler = toddlerPattern.exec(text);
  if (toddler) {
    return { form: 'age', months: 12 * Number(toddler[2] ?? toddler[1]), isToddler: true };
  }
  const years = yearPattern.exec(text);
  if (years) return age(12, years[1], years[2]);
  const months = monthPattern.exec(text);
  return months ? age(1, months[1], months[2]) : undefined;
}

/** A range is named after its upper end: 3-4Y is made for a child who is about to be four. */
function age(unit: number, from = '', to = from): Shape | undefined {
  const months = unit * Number(to);
  return months <= 18 * 12 && Number(from) <= Number(to)
    ? { form: 'age', months, isToddler: false }
    : undefined;
}

function readWeight(text: string): Shape | undefined {
  const match = weightPattern.exec(text);
  if (match === null) return undefined;
  const unit = match[3] === '斤' ? 0.5 : 1;
  const kilograms = (unit * (Number(match[1]) + Number(match[2]))) / 2;
  return kilograms >= 3 && kilograms <= 200 ? { form: 'weight', kilograms } : undefined;
}

function readWord(text: string): Shape | undefined {
  const step = words[text] ?? words[text.replace(/[号码]$/, '')];
  return step === undefined ? undefined : { form: 'words', step, isForAll: text === '均码' };
}
