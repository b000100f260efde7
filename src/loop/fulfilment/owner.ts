import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { isAlive } from '../../core/processes.ts'

/**
 * Makes this process the one that keeps a store's stock and orders; returns how to let go. One that
 * died without letting go is no obstacle. Throws ERR_STORE_BUSY while another one lives.
 */
export function ownFulfilment(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'owner')
  for (let attempt = 0; ; attempt++) {
    if (create(file)) return () => rmSync(file, { force: true })
    const pid = ownerOf(file)
    if (pid !== undefined && isAlive(pid)) throw busy(folder, pid)
    if (attempt > 3) throw busy(folder, pid)
    rmSync(file, { force: true })
  }
}

function create(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx')
    writeSync(descriptor, `${process.pid}\n`)
    closeSync(descriptor)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function busy(folder: string, pid: number | undefined): StorewrightError {
  return new StorewrightError(
    'ERR_STORE_BUSY',
    `process ${pid ?? 'unknown'} keeps the stock and orders of this store`,
    { file: folder, next: 'Ask it through its API, or stop it first.' },
  )
}
