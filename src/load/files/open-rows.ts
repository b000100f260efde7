import { createReadStream, existsSync } from 'node:fs'
import { basename } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { type CsvRecord, createCsvSplitter, dialectOf } from '../../core/csv-records.ts'
import { StorewrightError } from '../../core/errors.ts'

/** Rows of a file with its name, for messages. */
export interface RowFile {
  /** Name without the folder. */
  readonly file: string
  /** Batches of records in the order of the file; the first record is the header. */
  readonly batches: AsyncIterable<readonly CsvRecord[]>
}

/**
 * Opens a .csv or .csv.gz (also .tsv, .txt) as a stream of records, so that memory holds one piece.
 * Throws ERR_FEED_NO_FILE where there is no file, and ERR_FEED_UNREADABLE from the batches where it is
 * damaged.
 */
export function openRowFile(path: string): RowFile {
  if (!existsSync(path)) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${path} is not there`, {
      file: path,
      next: 'Give a CSV file; .gz is read as it is.',
    })
  }
  const file = basename(path)
  return { file, batches: recordBatches(file, textPieces(path, file)) }
}

/** Records of text that comes in pieces; batches as they end. */
export async function* recordBatches(
  file: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<readonly CsvRecord[]> {
  let splitter: ReturnType<typeof createCsvSplitter> | undefined
  for await (const piece of pieces) {
    splitter ??= createCsvSplitter(dialectOf(piece))
    const records = splitter.push(piece)
    if (records.length > 0) yield records
  }
  const last = splitter?.end() ?? []
  const unclosed = last.find((record) => record.unclosed)
  if (unclosed !== undefined) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', 'a quote is opened and never closed', {
      file,
      line: unclosed.line,
      next: 'Close the quote, or write the file again.',
    })
  }
  if (last.length > 0) yield last
}

async function* textPieces(path: string, file: string): AsyncGenerator<string> {
  const raw = createReadStream(path, { highWaterMark: 1 << 20 })
  const stream = /\.gz$/i.test(path) ? raw.pipe(createGunzip({ chunkSize: 1 << 20 })) : raw
  // pipe does not carry errors on.
  raw.on('error', (error) => stream.destroy(error))
  const decoder = new StringDecoder('utf8')
  let isFirst = true
  try {
    for await (const chunk of stream) {
      const text = decoder.write(chunk as Buffer)
      yield isFirst ? text.replace(/^\uFEFF/, '') : text
      isFirst = false
    }
    yield decoder.end()
  } catch (cause) {
    if (cause instanceof StorewrightError) throw cause
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${file} cannot be read to its end`, {
      file,
      next: 'It is truncated, damaged or not what its ending says: write it again.',
      cause,
    })
  } finally {
    raw.destroy()
  }
}
