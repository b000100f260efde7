import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { besideOfSize } from './sizes.ts'

/** A path as files and folders beside it are named after: without a slash at its end. */
export function placeOf(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, '')
}

/** Where a folder is written anew. */
export function nextTo(path: string): string {
  return `${path}.storewright-next`
}

/** Where the old folder lies between the two renames that put the new one in its place. */
function wasOf(path: string): string {
  return `${path}.storewright-was`
}

/**
 * Puts what was written beside in the place of a file or folder, in one rename; where one of them is a
 * folder in two, see `recoverParquet`. `path` may be gone.
 */
export function putInPlace(path: string, beside: string): void {
  const isThere = existsSync(path)
  if (!isThere || !(statSync(path).isDirectory() || statSync(beside).isDirectory())) {
    renameSync(beside, path)
    return
  }
  const was = wasOf(path)
  rmSync(was, { recursive: true, force: true })
  renameSync(path, was)
  renameSync(beside, path)
  rmSync(was, { recursive: true, force: true })
}

/** Copies what lies in a folder and is none of its files of Parquet to the folder that takes its place. */
export function copyOthers(folder: string, files: readonly string[], beside: string): void {
  const rewritten = new Set(files.map((file) => basename(file)))
  for (const name of readdirSync(folder)) {
    if (rewritten.has(name)) continue
    cpSync(join(folder, name), join(beside, name), {
      ...{ recursive: true, verbatimSymlinks: true, preserveTimestamps: true, errorOnExist: true },
      force: false,
    })
  }
}

/** After a crash between two renames of a folder the old one is put back; leavings are removed. */
export function recoverParquet(given: string): void {
  const path = placeOf(given)
  const was = wasOf(path)
  if (!existsSync(path) && existsSync(was)) renameSync(was, path)
  if (existsSync(path)) {
    rmSync(was, { recursive: true, force: true })
    rmSync(nextTo(path), { recursive: true, force: true })
    rmSync(besideOfSize(nextTo(path)), { recursive: true, force: true })
  }
}
