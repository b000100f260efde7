import { StorewrightError } from '../../core/errors.ts'
import type { Progress } from '../../core/progress.ts'
import { requireStore } from '../store/paths.ts'
import { storeSettings } from '../store/store.ts'
import { type MakeNight, nightInChild } from './in-child.ts'
import { type NightLock, takeNightLock } from './lock.ts'
import { type Night, type NightRecord, readNights, writeNights } from './record.ts'
import { nightAfter, nightBefore } from './times.ts'

/** What is known of the nightly run of a served store. */
export interface NightlyStatus {
  /** Time of day, HH:MM in the store's time zone; null: none is made. */
  readonly at: string | null
  /** Epoch ms. */
  readonly nextAt: number | null
  /** How far the one that is under way here is; null: none is. */
  readonly running: Progress | null
  readonly last: Night | null
  /** End of the last that was done, epoch ms. */
  readonly doneAt: number | null
}

/** Makes the nightly run of a store at its hour while the store is served. */
export interface Nightly {
  status(): NightlyStatus
  /** Looks at the clock; resolves when a run that was due has ended. Called by itself, see `every`. */
  tick(): Promise<void>
  /** Stops a run that is under way, without loss, and looks at the clock no more. */
  close(): Promise<void>
}

export interface NightlyOptions {
  /** Epoch ms now. */
  readonly clock: () => number
  /** How often to look at the clock, ms; 0: only when `tick` is called. Default half a minute. */
  readonly every?: number
  readonly make?: MakeNight
  /** Told when a run ends, and of runs that fail. */
  readonly onEnd?: (night: Night) => void
  readonly onFailure?: (error: unknown) => void
}

const EVERY_MS = 30_000
/** A run that took its server with it so often is not begun again that night. */
const MOST_ATTEMPTS = 3

/** The nightly run of a store, as `[nightly] at` of its settings says; read anew each time. */
export function openNightly(folder: string, options: NightlyOptions): Nightly {
  return new NightlyService(requireStore(folder).folder, options)
}

class NightlyService implements Nightly {
  private readonly folder: string
  private readonly options: NightlyOptions
  private readonly stop = new AbortController()
  private readonly timer: NodeJS.Timeout | undefined
  private current: Promise<void> | undefined
  private lock: NightLock | undefined
  private running: Progress | null = null

  constructor(folder: string, options: NightlyOptions) {
    this.folder = folder
    this.options = options
    const { every = EVERY_MS } = options
    if (every === 0) return
    this.timer = setInterval(() => void this.tick(), every)
    this.timer.unref()
    void this.tick()
  }

  status(): NightlyStatus {
    const { at, zone } = this.hour()
    const kept = readNights(this.folder)
    return {
      at: at ?? null,
      nextAt: at === undefined ? null : nightAfter(this.options.clock(), at, zone),
      running: this.running,
      last: kept?.last ?? null,
      doneAt: kept?.doneAt ?? null,
    }
  }

  tick(): Promise<void> {
    this.lock?.beat()
    // One at a time in this process; the lock sees to the others.
    this.current ??= this.look()
      .catch((error: unknown) => this.options.onFailure?.(error))
      .finally(() => {
        this.current = undefined
      })
    return this.current
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    this.stop.abort()
    await this.current
  }

  /** Settings that cannot be read say nothing; who asks for them is told why. */
  private hour(): { readonly at: string | undefined; readonly zone: string } {
    try {
      const { nightly, store } = storeSettings(this.folder)
      return { at: nightly.at, zone: store.time_zone }
    } catch {
      return { at: undefined, zone: 'UTC' }
    }
  }

  private async look(): Promise<void> {
    if (this.stop.signal.aborted) return
    const { at, zone } = this.hour()
    const now = this.options.clock()
    const kept = this.noteHour(at, now)
    if (kept === undefined || at === undefined) return
    if (dueNight(kept, nightBefore(now, at, zone)) === undefined) return
    this.lock = await takeNightLock(this.folder, 'the nightly run of storewright serve')
    if (this.lock === undefined) return
    try {
      // Another server may have made it since.
      const again = readNights(this.folder) ?? kept
      const night = dueNight(again, nightBefore(now, at, zone))
      if (night !== undefined) await this.make(again, night)
    } finally {
      this.lock.release()
      this.lock = undefined
    }
  }

  /** The record; from another hour on, and from the first, nights count from now. */
  private noteHour(at: string | undefined, now: number): NightRecord | undefined {
    const kept = readNights(this.folder)
    if (kept === undefined && at === undefined) return undefined
    if (kept !== undefined && kept.at === (at ?? null)) return kept
    const noted = { ...kept, at: at ?? null, since: now }
    writeNights(this.folder, noted)
    return noted
  }

  private async make(kept: NightRecord, { dueAt, attempts }: DueNight): Promise<void> {
    const { clock, make = nightInChild, onEnd, onFailure } = this.options
    const begun = { dueAt, startedAt: clock(), attempts, steps: [] }
    writeNights(this.folder, { ...kept, last: { ...begun, outcome: 'running' } })
    this.running = { step: 'begins', done: 0 }
    const onProgress = (progress: Progress) => {
      this.running = progress
    }
    const end = (rest: Pick<Night, 'outcome'> & Partial<Night>) => {
      const last: Night = { ...begun, ...rest, endedAt: clock() }
      this.running = null
      const done = rest.outcome === 'done' ? { doneAt: last.endedAt } : {}
      writeNights(this.folder, { ...(readNights(this.folder) ?? kept), last, ...done })
      onEnd?.(last)
    }
    try {
      const { signal } = this.stop
      const steps = await make(this.folder, { now: begun.startedAt, signal, onProgress })
      end({ outcome: 'done', steps })
    } catch (error) {
      const isStopped = error instanceof StorewrightError && error.code === 'ERR_CANCELLED'
      if (isStopped && this.stop.signal.aborted) return end({ outcome: 'stopped' })
      end({ outcome: 'failed', message: error instanceof Error ? error.message : String(error) })
      onFailure?.(error)
    }
  }
}

interface DueNight {
  readonly dueAt: number
  readonly attempts: number
}

/** The last night up to now where it is still to be made: missed ones before it are made up by it. */
function dueNight({ since, last }: NightRecord, dueAt: number): DueNight | undefined {
  if (dueAt <= since) return undefined
  if (last === undefined || last.dueAt < dueAt) return { dueAt, attempts: 1 }
  const isOpen = last.outcome === 'running' || last.outcome === 'stopped'
  if (!isOpen || last.attempts >= MOST_ATTEMPTS) return undefined
  return { dueAt, attempts: last.outcome === 'running' ? last.attempts + 1 : last.attempts }
}
