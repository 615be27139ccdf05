// Compiles models/kernels/assembly/*.ts (AssemblyScript) to WebAssembly and writes each module as a
// TypeScript file with its bytes in base64 to models/kernels/generated/, so that models need no
// file system to load them and the same import works from source and from dist.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = fileURLToPath(new URL('../models/kernels/', import.meta.url));
const sources = readdirSync(join(here, 'assembly')).filter((name) => name.endsWith('.ts'));
mkdirSync(join(here, 'generated'), { recursive: true });

for (const source of sources) {
  const name = basename(source, '.ts');
  let binary;
  const { error, stderr } = await asc.main(
    [
      join('assembly', source),
      '--outFile=out.wasm',
      `--baseDir=${here}`,
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd',
      '--enable=threads',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory=1',
      '--maximumMemory=65536',
    ],
    {
      writeFile: (path, contents) => {
        if (path === 'out.wasm') binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`${source}: ${stderr.toString() || error?.message}`);
  const constant = `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}Wasm`;
  writeFileSync(
    join(here, 'generated', `${name}-wasm.ts`),
    `export const ${constant} =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
}
