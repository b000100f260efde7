import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Something that was opened to read and may be used again. */
interface Kept {
  readonly value: { close(): void }
  readonly inode: number
  readonly timer: NodeJS.Timeout
}

/** How often who keeps a file open looks whether somebody waits for it, ms. */
const LOOK_MS = 100
/** Whoever asked longer ago has gone. */
const WANTED_MS = 15_000

const kept = new Map<string, Kept>()
let isHooked = false

const fileOf = (databasePath: string) => join(dirname(databasePath), 'warehouse', 'wanted')

/** Asks processes that keep a database open between readings to let go of it; undone by `unwant`. */
export function want(databasePath: string): void {
  try {
    const file = fileOf(databasePath)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  } catch {
    // They let go by themselves, later.
  }
}

/** Takes back `want`. */
export function unwant(databasePath: string): void {
  rmSync(fileOf(databasePath), { force: true })
}

function isWanted(databasePath: string): boolean {
  const file = fileOf(databasePath)
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < WANTED_MS
}

/**
 * Closes it after `milliseconds`, sooner where somebody wants the file, or now: also where another of
 * the same file is kept.
 */
export function keepForReading(
  databasePath: string,
  value: { close(): void },
  milliseconds: number,
): void {
  if (milliseconds === 0 || kept.has(databasePath) || isWanted(databasePath)) {
    value.close()
    return
  }
  if (!isHooked) process.once('exit', closeAll)
  isHooked = true
  const until = performance.now() + milliseconds
  const timer = setInterval(
    () => {
      if (performance.now() >= until || isWanted(databasePath)) letGo(databasePath)
    },
    Math.min(LOOK_MS, milliseconds),
  )
  // A command that is done does not wait for it.
  timer.unref()
  kept.set(databasePath, { value, inode: statSync(databasePath).ino, timer })
}

/** What was kept of this very file, no longer kept; undefined: nothing, or somebody wants the file. */
export function takeForReading(databasePath: string): { close(): void } | undefined {
  const found = kept.get(databasePath)
  if (found === undefined) return undefined
  if (statSync(databasePath).ino !== found.inode || isWanted(databasePath)) {
    letGo(databasePath)
    return undefined
  }
  clearInterval(found.timer)
  kept.delete(databasePath)
  return found.value
}

/** Closes what is kept of a database. */
export function letGo(databasePath: string): void {
  const found = kept.get(databasePath)
  if (found === undefined) return
  clearInterval(found.timer)
  kept.delete(databasePath)
  found.value.close()
}

function closeAll(): void {
  for (const path of [...kept.keys()]) letGo(path)
}
