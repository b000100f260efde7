import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import { declareKnob } from '../../core/knobs.ts'

/** Files of this size and more are refused, before they are read. */
export const fileLimit = declareKnob({
  name: 'feed.file-limit',
  unit: 'MB (10⁶ bytes) of text, decompressed',
  range: [0.001, 1_000_000],
  default: 2000,
  trades:
    'A higher limit takes larger feed files and costs memory and disk while they are imported.',
})

const CHUNK_BYTES = 1 << 20

/** True when the file starts as gzip does. */
export function isGzip(path: string): boolean {
  const start = readPart(path, 0, 2)
  return start[0] === 0x1f && start[1] === 0x8b
}

/** `length` bytes of a file from `position`, fewer where the file ends. */
function readPart(path: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  const file = openSync(path, 'r')
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, length, Math.max(0, position)))
  } finally {
    closeSync(file)
  }
}

/**
 * Throws ERR_FEED_TOO_LARGE when the file itself reaches `limit` bytes; it is not read. What a gzip
 * unpacks to is counted by bytesOf: its trailer says it too, but not in a file that was cut off.
 */
export function requireSize(path: string, file: string, limit: number): void {
  const size = statSync(path).size
  if (size >= limit) throw tooLarge(file, limit, size)
}

export function tooLarge(file: string, limit: number, size: number): StorewrightError {
  return new StorewrightError(
    'ERR_FEED_TOO_LARGE',
    `${file} holds ${megabytes(size)} MB or more; the limit is ${megabytes(limit)} MB`,
    { file, next: `Split the file, or raise ${fileLimit.name} in storewright.toml.` },
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 3, useGrouping: false })
}

/**
 * The bytes of a file in chunks, decompressed where it is gzip. Throws ERR_FEED_UNREADABLE on a
 * truncated or damaged gzip, ERR_FEED_TOO_LARGE once `limit` bytes have come.
 */
export async function* bytesOf(
  path: string,
  file: string,
  gzip: boolean,
  limit: number,
): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const stream = gzip ? source.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : source
  if (gzip) source.on('error', (error) => stream.destroy(error))
  let size = 0
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size >= limit) throw tooLarge(file, limit, size)
      yield bytes
    }
  } catch (cause) {
    if (cause instanceof StorewrightError) throw cause
    const text = cause instanceof Error ? cause.message : String(cause)
    const what = /unexpected end/.test(text) ? 'is cut off before its end' : `is damaged: ${text}`
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${file} ${what}`, {
      file,
      next: 'Fetch or export the file again.',
      cause,
    })
  } finally {
    source.destroy()
    stream.destroy()
  }
}
