import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Writes `.gz` and `.br` beside every text file of a folder, for servers that send them as they are. */
export async function precompress(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(js|css|html|svg)$/.test(name)) continue
    const path = join(folder, name)
    const body = await readFile(path)
    await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }))
    await writeFile(`${path}.br`, brotliCompressSync(body))
  }
}
