import { renameSync, rmSync } from 'node:fs'
import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import { bytesOf, CODECS, type Codec, filesOf, type ParquetFormat, recut } from './files.ts'
import { besideOfSize } from './sizes.ts'

/**
 * Compresses what was written until it takes no more than `room` bytes, as far as codecs go.
 * Decompressing takes up to half of the time of reading few rows, so that files stay as they are where
 * there is room.
 */
export async function fitCodec(
  db: Database,
  path: string,
  isFolder: boolean,
  format: ParquetFormat,
  room: number,
  signal?: AbortSignal,
): Promise<{ readonly codec: Codec; readonly writeCpuMs: number }> {
  const tight = besideOfSize(path)
  let codec: Codec = CODECS[0]
  let writeCpuMs = 0
  try {
    for (const next of CODECS.slice(1)) {
      if (bytesOf(filesOf(path)) <= room) break
      throwIfStopped(signal)
      writeCpuMs += await recut(db, filesOf(path), tight, isFolder, { ...format, codec: next })
      rmSync(path, { recursive: true, force: true })
      renameSync(tight, path)
      codec = next
    }
    return { codec, writeCpuMs }
  } finally {
    rmSync(tight, { recursive: true, force: true })
  }
}
