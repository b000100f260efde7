import { type Bench, workOnGroups } from './group-work.ts'
import type { Team } from './team.ts'

// Several threads on one job. A job is a number of shares, each some groups of columns; a thread takes
// the next share that no one has. A share's work depends on nothing but the arena, so that it does not
// matter who does it, and a thread that comes late or never costs time only.
//
//   coordinator   finished ← 0, next ← 0, epoch += 1, wake ─► take shares ─► wait for finished = shares
//   helpers       wait for epoch ─► take shares: finished += 1 each ─► wait for epoch …

/** Words of the control block. */
const CONTROL = { epoch: 0, next: 1, finished: 2, over: 3, cancelled: 4, rounds: 5 } as const
export const CONTROL_BYTES = 64
/** Looks at a word this often before sleeping on it. */
const SPINS = 2000
/** Sleeps at most this long, so that a lost wake-up cannot stop a thread for good. */
const NAP_MILLISECONDS = 50

/** The control block of a training, in the arena at `at`. */
export class Control {
  private readonly words: Int32Array

  constructor(memory: WebAssembly.Memory, at: number) {
    this.words = new Int32Array(memory.buffer, at, CONTROL_BYTES / 4)
  }

  clear(): void {
    this.words.fill(0)
  }

  /** The number of the next share, beyond the last when all are taken. */
  take(): number {
    return Atomics.add(this.words, CONTROL.next, 1)
  }

  /** Opens a job to all. */
  open(): void {
    Atomics.store(this.words, CONTROL.finished, 0)
    Atomics.store(this.words, CONTROL.next, 0)
    Atomics.add(this.words, CONTROL.epoch, 1)
    Atomics.notify(this.words, CONTROL.epoch)
  }

  /** Counts a finished share. */
  finish(): void {
    Atomics.add(this.words, CONTROL.finished, 1)
    Atomics.notify(this.words, CONTROL.finished)
  }

  /** Returns when `shares` are finished. */
  waitForAll(shares: number): void {
    for (;;) {
      const finished = this.spin(CONTROL.finished, (count) => count === shares)
      if (finished === shares) return
      Atomics.wait(this.words, CONTROL.finished, finished, NAP_MILLISECONDS)
    }
  }

  /** Returns the epoch once it is another than `seen` or the training is over. */
  waitForJob(seen: number): number {
    for (;;) {
      const epoch = this.spin(CONTROL.epoch, (now) => now !== seen)
      if (epoch !== seen || this.isOver()) return epoch
      Atomics.wait(this.words, CONTROL.epoch, seen, NAP_MILLISECONDS)
    }
  }

  private spin(word: number, isReached: (value: number) => boolean): number {
    let value = Atomics.load(this.words, word)
    for (let i = 0; i < SPINS && !isReached(value); i++) value = Atomics.load(this.words, word)
    return value
  }

  /** Sends the helpers home. */
  end(): void {
    Atomics.store(this.words, CONTROL.over, 1)
    Atomics.add(this.words, CONTROL.epoch, 1)
    Atomics.notify(this.words, CONTROL.epoch)
  }

  isOver(): boolean {
    return Atomics.load(this.words, CONTROL.over) === 1
  }

  /** Asks the coordinator to stop after the round. */
  cancel(): void {
    Atomics.store(this.words, CONTROL.cancelled, 1)
  }

  isCancelled(): boolean {
    return Atomics.load(this.words, CONTROL.cancelled) === 1
  }

  set rounds(done: number) {
    Atomics.store(this.words, CONTROL.rounds, done)
  }

  get rounds(): number {
    return Atomics.load(this.words, CONTROL.rounds)
  }
}

/** Shares a thread gets of a job: more even out the load, fewer keep more rows in the caches. */
const SHARES_A_THREAD = 2

function sharesOf(bench: Bench, threads: number): number {
  return Math.min(bench.layout.groups, threads === 1 ? 1 : SHARES_A_THREAD * threads)
}

/** The team of so many threads as its coordinator sees it. */
export function sharedTeam(control: Control, threads: number): Team {
  return {
    work(bench) {
      control.open()
      takeShares(bench, control, threads)
      control.waitForAll(sharesOf(bench, threads))
    },
  }
}

/** A helper's life: job after job until the training is over. */
export function helpTeam(bench: Bench, control: Control, threads: number): void {
  let seen = 0
  while (!control.isOver()) {
    seen = control.waitForJob(seen)
    if (!control.isOver()) takeShares(bench, control, threads)
  }
}

function takeShares(bench: Bench, control: Control, threads: number): void {
  const { groups } = bench.layout
  const shares = sharesOf(bench, threads)
  for (let share = control.take(); share < shares; share = control.take()) {
    const from = Math.floor((share * groups) / shares)
    workOnGroups(bench, from, Math.floor(((share + 1) * groups) / shares))
    control.finish()
  }
}
