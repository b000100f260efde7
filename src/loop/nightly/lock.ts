import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive } from '../../core/processes.ts'

/** Held by the one server that makes the nightly run of a store. */
export interface NightLock {
  /** Says that its holder lives; call it at least every minute. */
  beat(): void
  release(): void
}

/** A holder that was not heard of for so long is gone. */
const GONE_MS = 180_000
/** After taking a lock whose holder is gone: whoever took it at the same moment has written by then. */
const SETTLE_MS = 200

/** The lock of a store's nightly run; undefined while another holds it. */
export async function takeNightLock(folder: string): Promise<NightLock | undefined> {
  const file = join(folder, 'nightly.lock')
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), at: performance.timeOrigin })
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

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** By the clock of the system, which also stamps files. */
function isGone(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > GONE_MS) return true
    const { pid, host } = JSON.parse(read(file) ?? '{}') as { pid?: number; host?: string }
    return host === hostname() && pid !== undefined && !isAlive(pid)
  } catch {
    // It went meanwhile, or is being written.
    return false
  }
}
