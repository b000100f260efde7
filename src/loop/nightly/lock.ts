import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { StorewrightError } from '../../core/errors.ts'
import { isDenied } from '../../core/files.ts'
import { isAlive, processMark } from '../../core/processes.ts'

/** Held by the one process that makes the run of a store: a server at night, or `storewright run`. */
export interface NightLock {
  /** Says that its holder lives; call it at least every minute. */
  beat(): void
  release(): void
}

/** Who holds the lock of a store. */
export interface NightHolder {
  /** What it is, as a person started it. */
  readonly by: string
  readonly pid: number
  readonly host: string
  /** When it took it, epoch ms. */
  readonly since: number
}

/** A holder that was not heard of for so long is gone, unless its process is known to live. */
const GONE_MS = 180_000
/** After taking a lock whose holder is gone: whoever took it at the same moment has written by then. */
const SETTLE_MS = 200

const fileOf = (folder: string) => join(folder, 'nightly.lock')

/**
 * The lock of a store's run for `by`; undefined while another holds it. Throws ERR_STORE_DENIED where this
 * user may not write to the store.
 */
export async function takeNightLock(folder: string, by: string): Promise<NightLock | undefined> {
  const file = fileOf(folder)
  const holder: NightHolder = { by, pid: process.pid, host: hostname(), since: Date.now() }
  const mine = JSON.stringify({ ...holder, mark: processMark(process.pid), at: performance.now() })
  const isMine = () => read(file) === mine
  if (!create(file, mine)) {
    if (!isGone(file)) return undefined
    rmSync(file, { force: true })
    if (!create(file, mine)) return undefined
    await pause(SETTLE_MS)
    if (!isMine()) return undefined
  }
  return {
    beat() {
      const now = new Date()
      if (isMine()) utimesSync(file, now, now)
    },
    release() {
      if (isMine()) rmSync(file, { force: true })
    },
  }
}

/** Who holds the lock now; undefined where nobody does, or where that cannot be read. */
export function nightHolder(folder: string): NightHolder | undefined {
  try {
    return JSON.parse(read(fileOf(folder)) ?? '') as NightHolder
  } catch {
    return undefined
  }
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    if (!isDenied(error)) throw error
    throw new StorewrightError('ERR_STORE_DENIED', `${file} may not be written by this user`, {
      file,
      next: 'Check the permissions of the folder of the store, or run this as the user who owns it.',
      cause: error,
    })
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** A process of this machine is asked for; others are known by the clock of the system, which stamps files. */
function isGone(file: string): boolean {
  try {
    const { pid, host, mark } = JSON.parse(read(file) ?? '{}') as Partial<NightHolder> & {
      readonly mark?: string
    }
    if (host === hostname() && pid !== undefined) {
      if (!isAlive(pid)) return true
      const now = processMark(pid)
      // One that computes for long says nothing and lives; another may have its number now.
      if (mark !== undefined && now !== undefined) return now !== mark
    }
    return Date.now() - statSync(file).mtimeMs > GONE_MS
  } catch {
    // It went meanwhile, or is being written.
    return false
  }
}
