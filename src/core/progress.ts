import { StorewrightError } from './errors.ts'

/** What long work reports: the step, how far it is, and a word on the current item. */
export interface Progress {
  readonly step: string
  /** Units of work done so far. */
  readonly done: number
  /** Units of work in all; undefined where it is not known yet. */
  readonly total?: number
  readonly note?: string
}

/** Receives progress. Called at most a few times a second by well-behaved callers. */
export type OnProgress = (progress: Progress) => void

/** A callback that drops what it is told. */
export const silent: OnProgress = () => {}

/** Throws ERR_CANCELLED once `signal` is aborted; call it between units of work. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new StorewrightError('ERR_CANCELLED', 'Stopped before the work ended.', {
      next: 'Nothing stands half-written. Run the same command again; a store keeps its finished steps.',
    })
  }
}
