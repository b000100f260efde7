import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StorewrightError } from './errors.ts'

/** Whether an error of the system says that this user may not do it, or nobody may (a file system to be read alone). */
export function isDenied(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
}

/** Whether something is at `path`; throws ERR_STORE_DENIED where this user may not look. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (cause) {
    if (!isDenied(cause)) return false
    throw new StorewrightError('ERR_STORE_DENIED', `this user may not look at ${path}`, {
      file: path,
      next: 'Check the permissions of its folder and of those above it, or run this as the user who owns it.',
      cause,
    })
  }
}

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

/** Writes parts one after the other into one file, beside the target first; none is copied. */
export function writePartsWhole(path: string, parts: readonly Uint8Array[]): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = pathBeside(path)
  try {
    const file = openSync(beside, 'w')
    try {
      for (const part of parts) {
        for (let at = 0; at < part.length; ) at += writeSync(file, part, at)
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** The same without holding up the thread while the disk writes. */
export async function writePartsWholeAsync(
  path: string,
  parts: readonly Uint8Array[],
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const beside = pathBeside(path)
  try {
    const file = await open(beside, 'w')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
