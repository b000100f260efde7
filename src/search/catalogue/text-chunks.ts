import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'

/**
 * The text of a file in pieces, unpacked where it is gzip (told by its first bytes), without a byte
 * order mark. Bytes that are not UTF-8 read as U+FFFD. Throws ERR_FEED_UNREADABLE on a damaged file.
 */
export async function* textChunks(path: string, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  try {
    const bytes = createReadStream(path, { highWaterMark: 1 << 18 })
    const stream = isGzip(path) ? bytes.pipe(createGunzip()) : bytes
    bytes.on('error', (error) => stream.destroy(error))
    for await (const chunk of stream) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true })
      if (text !== '') yield text
    }
    const end = decoder.decode()
    if (end !== '') yield end
  } catch (cause) {
    const message = `${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`
    throw new StorewrightError('ERR_FEED_UNREADABLE', message, {
      file,
      next: 'Check that the file is whole, and fetch or export it again.',
      cause,
    })
  }
}

function isGzip(path: string): boolean {
  const handle = openSync(path, 'r')
  try {
    const head = Buffer.alloc(2)
    return readSync(handle, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b
  } finally {
    closeSync(handle)
  }
}
