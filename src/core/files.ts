import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A name beside `path` that no other writer uses, for writing before the rename. */
export function pathBeside(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.part`
}

/** Writes `content` whole: beside the target first, then renamed over it. Makes the folder. */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const part = pathBeside(path)
  try {
    writeFileSync(part, content, { flush: true })
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
