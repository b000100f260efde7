import { StorewrightError } from '../../core/errors.ts'
import { type LoopOptions, runLoop, type TimedStep } from '../run.ts'
import { requireStore } from '../store/paths.ts'
import { nightHolder, takeNightLock } from './lock.ts'

const BEAT_EVERY_MS = 30_000

/**
 * The run of a store as a person asks for it: as `runLoop`, and never beside the nightly run of a server or
 * another run by hand. Throws ERR_STORE_BUSY with who is at it, and what runLoop throws.
 */
export async function runByHand(
  store: string,
  options: LoopOptions,
  by = 'storewright run',
): Promise<TimedStep[]> {
  const { folder } = requireStore(store)
  const lock = await takeNightLock(folder, by)
  if (lock === undefined) throw underWay(folder, store)
  const beating = setInterval(() => lock.beat(), BEAT_EVERY_MS)
  try {
    return await runLoop(store, options)
  } finally {
    clearInterval(beating)
    lock.release()
  }
}

function underWay(folder: string, store: string): StorewrightError {
  const holder = nightHolder(folder)
  const who =
    holder === undefined
      ? 'another process'
      : `${holder.by} (process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()})`
  return new StorewrightError('ERR_STORE_BUSY', `a run of ${store} is under way: ${who}`, {
    file: folder,
    next: 'Wait until it has ended, or stop that process: it stops without loss, and the next run goes on behind it.',
  })
}
