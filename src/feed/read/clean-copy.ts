import { closeSync, openSync, writeSync } from 'node:fs'
import { type ScanOptions, scanCsv } from './scan.ts'

const FLUSH_BYTES = 1 << 20

/**
 * Writes the header and the well-formed records of a CSV file to `target`, one LF after each: what
 * DuckDB then reads is record for record what the scan saw. For the files that need it only.
 */
export async function writeCleanCopy(options: ScanOptions, target: string): Promise<void> {
  const out = openSync(target, 'w')
  let waiting: Buffer[] = []
  let size = 0
  const flush = () => {
    writeSync(out, Buffer.concat(waiting))
    waiting = []
    size = 0
  }
  try {
    const onRecord = (bytes: Buffer) => {
      waiting.push(Buffer.from(bytes), Buffer.from('\n'))
      size += bytes.length + 1
      if (size > FLUSH_BYTES) flush()
    }
    await scanCsv({ ...options, onRecord })
    flush()
  } finally {
    closeSync(out)
  }
}
