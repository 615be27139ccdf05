import { describe, expect, it } from '@jest/globals';
import { decodeIds, encodeIds } from '../../../../models/artifact/id-tensors.ts';

describe('id tensors', () => {
  it('are the UTF-8 of the ids and where each starts', () => {
    expect(encodeIds('items', ['ab', '', '衣'])).toEqual({
      'items.bytes': { shape: [5], data: Uint8Array.of(97, 98, 0xe8, 0xa1, 0xa3) },
      'items.offsets': { shape: [4], data: Uint32Array.of(0, 2, 2, 5) },
    });
  });

  it('come back as they were', () => {
    for (const ids of [[], ['a'], ['衣服', '', '\ufeffx', '🧥']]) {
      expect(decodeIds('items', encodeIds('items', ids))).toEqual(ids);
    }
  });

  it('are refused by name when missing or not in order', () => {
    const good = encodeIds('items', ['ab', 'c']);
    const offsets = (...data: number[]) => ({
      ...good,
      'items.offsets': { shape: [data.length], data: Uint32Array.from(data) },
    });
    expect(() => decodeIds('users', good)).toThrow('"users.bytes" is missing');
    expect(() => decodeIds('items', offsets(0, 2))).toThrow('does not go from 0 to 3');
    expect(() => decodeIds('items', offsets(0, 3, 2, 3))).toThrow('"items.offsets" falls at 2');
  });
});
