import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import {
  decodeSafetensors,
  SafetensorsError,
} from '../../../../models/artifact/safetensors-decode.ts';
import { encodeSafetensors } from '../../../../models/artifact/safetensors-encode.ts';

const tensors = {
  ids: { shape: [3], data: Uint8Array.of(104, 97, 116) },
  counts: { shape: [2], data: Uint32Array.of(7, 4_000_000_000) },
  factors: { shape: [2, 2], data: Float32Array.of(0.5, -1, 2, 1e-3) },
  times: { shape: [1], data: BigInt64Array.of(-5n) },
  nothing: { shape: [0, 4], data: new Float32Array(0) },
};

/** A file with this header, however wrong, and data. */
function file(header: string, data: Uint8Array = new Uint8Array(8)): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('encodeSafetensors', () => {
  it('writes the bytes of the format, worked out by hand', () => {
    const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padding = ' '.repeat(56 - header.length);
    const expected = Buffer.concat([
      Buffer.from([56, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(header + padding),
      Buffer.from([0x00, 0x00, 0x80, 0x3f]),
    ]);
    const bytes = encodeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } });
    expect(Buffer.from(bytes).equals(expected)).toBe(true);
  });

  it('puts wider types first, so that every tensor is aligned in the file', () => {
    const bytes = encodeSafetensors(tensors);
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
    expect(Object.keys(header)).toEqual(['times', 'counts', 'factors', 'nothing', 'ids']);
    const read = decodeSafetensors(bytes).tensors;
    for (const { data } of Object.values(read)) expect(data.buffer).toBe(bytes.buffer);
  });

  it('gives the same bytes whatever the order of the tensors', () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors(tensors));
  });

  it('refuses a shape that does not fit the data, by name', () => {
    const bad = { w: { shape: [2, 3], data: new Float32Array(5) } };
    expect(() => encodeSafetensors(bad)).toThrow('tensor "w" of shape [2,3] does not hold 5');
  });
});

describe('decodeSafetensors', () => {
  it('reads back what was written, with metadata', () => {
    const read = decodeSafetensors(encodeSafetensors(tensors, { format: 'pt' }));
    expect(read).toEqual({ tensors, metadata: { format: 'pt' } });
  });

  it('reads a file whose tensors are not aligned', () => {
    const header = `{"b":${entry('U8', [1], 0, 1)},"w":${entry('F32', [1], 1, 5)}}`;
    const data = Uint8Array.of(9, 0x00, 0x00, 0x80, 0x3f);
    expect(decodeSafetensors(file(header, data)).tensors).toEqual({
      b: { shape: [1], data: Uint8Array.of(9) },
      w: { shape: [1], data: Float32Array.of(1) },
    });
  });

  it('reads from the middle of a buffer', () => {
    const bytes = encodeSafetensors(tensors);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(decodeSafetensors(larger.subarray(3)).tensors).toEqual(tensors);
  });

  it.each([
    ['nothing', new Uint8Array(3), '3 bytes; a header needs 8'],
    ['a header longer than the file', file('{}').subarray(0, 9), 'header of 2 bytes does not fit'],
    ['a huge header', new Uint8Array(16).fill(255), 'does not fit 16 bytes'],
    ['a header that is not JSON', file('{"a":'), 'header is not JSON'],
    ['a header that is not an object', file('[1]'), 'not a JSON object'],
    ['a number for metadata', file('{"__metadata__":{"a":1}}', new Uint8Array(0)), '__metadata__'],
    ['an entry without offsets', file('{"w":{"dtype":"F32","shape":[2]}}'), 'tensor "w"'],
    [
      'an entry with more keys',
      file('{"w":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"x":1}}'),
      'tensor "w"',
    ],
    ['a negative shape', file(`{"w":${entry('F32', [-2], 0, 8)}}`), 'tensor "w"'],
    ['a type without an array', file(`{"w":${entry('BF16', [4], 0, 8)}}`), '"w" has type BF16'],
    ['a type named like a method', file(`{"w":${entry('toString', [4], 0, 8)}}`), 'has type toStr'],
    [
      'a shape of another size',
      file(`{"w":${entry('F32', [3], 0, 8)}}`),
      '"w" of F32 [3] needs 12',
    ],
    [
      'offsets past the end',
      file(`{"w":${entry('F32', [3], 0, 12)}}`),
      '"w" at 0 to 12 ends after 8',
    ],
    [
      'tensors that overlap',
      file(`{"v":${entry('F32', [1], 0, 4)},"w":${entry('U8', [6], 2, 8)}}`),
      'tensor "w" at 2 to 8 overlaps',
    ],
    [
      'a gap',
      file(`{"v":${entry('U8', [1], 0, 1)},"w":${entry('F32', [1], 4, 8)}}`),
      'tensor "w" at 4 to 8 leaves a gap from 1',
    ],
    ['data that no tensor has', file(`{"w":${entry('F32', [1], 0, 4)}}`), 'tensors end at 4'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });
});

const python = spawnSync('python3', ['-c', 'import numpy, safetensors.numpy']).status === 0;

describe('the Python package safetensors', () => {
  const check = python ? it : it.skip;
  check(`opens what is written here${python ? '' : ' (skipped: it is not installed)'}`, () => {
    const script = [
      'import sys, json, safetensors.numpy as s',
      't = s.load(sys.stdin.buffer.read())',
      'print(json.dumps({k: [str(v.dtype), list(v.shape), v.flatten().tolist()] for k, v in t.items()}))',
    ].join('\n');
    const input = encodeSafetensors(tensors, { format: 'np' });
    const output = execFileSync('python3', ['-c', script], { input, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      ids: ['uint8', [3], [104, 97, 116]],
      counts: ['uint32', [2], [7, 4_000_000_000]],
      factors: ['float32', [2, 2], [0.5, -1, 2, Math.fround(1e-3)]],
      times: ['int64', [1], [-5]],
      nothing: ['float32', [0, 4], []],
    });
  });
});
