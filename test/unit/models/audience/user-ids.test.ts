import { describe, expect, it } from '@jest/globals';
import { UserIdsBuilder } from '../../../../models/audience/user-ids.ts';

function idsOf(...ids: string[]) {
  const builder = new UserIdsBuilder();
  for (const id of ids) builder.add(id);
  return builder.build();
}

describe('ids of users', () => {
  it('finds each by its bytes, and nobody else', () => {
    const ids = idsOf('1', '10', '2', 'Z', 'a', 'é', '小明', '😀');
    expect(Array.from({ length: ids.size }, (_, at) => ids.idOf(at))).toEqual([
      '1',
      '10',
      '2',
      'Z',
      'a',
      'é',
      '小明',
      '😀',
    ]);
    for (let at = 0; at < ids.size; at++) expect(ids.indexOf(ids.idOf(at))).toBe(at);
    for (const id of ['', '0', '100', '1 ', 'A', 'z', '小', '小明明'])
      expect(ids.indexOf(id)).toBe(-1);
  });

  it('holds more than it was made for', () => {
    const names = Array.from({ length: 5000 }, (_, n) => `user-${'x'.repeat(60)}-${10_000 + n}`);
    const ids = idsOf(...names);
    expect(ids.size).toBe(5000);
    expect(ids.idOf(4999)).toBe(names[4999]);
    expect(ids.indexOf(names[2500] ?? '')).toBe(2500);
  });

  it('refuses ids that do not ascend, by bytes and not by letters', () => {
    expect(() => idsOf('b', 'a')).toThrow('order');
    expect(() => idsOf('a', 'a')).toThrow('order');
    // As UTF-16 the second would come first.
    expect(() => idsOf('\uffee', '😀')).not.toThrow();
  });

  it('has nobody where there is none', () => {
    expect(idsOf().indexOf('a')).toBe(-1);
    expect(() => idsOf('a').idOf(1)).toThrow(RangeError);
  });
});
