import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileWhole } from '../../core/files.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Action, Advice } from '../../warehouse/index.ts'
import { keepOpen } from './knobs.ts'

/** How often a store's database was opened to read, and what that took. */
export interface Openings {
  /** Epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  readonly opened: number
  /** CPU of all openings, ms. */
  readonly cpuMs: number
  /** Openings that came within the time of the knob after the last reading. */
  readonly soon: number
  /** Readings that found it open. */
  readonly reused: number
}

/** Names the one action of this file. */
export const KEEP_OPEN = 'knob-keep-open'

const NONE: Openings = { fromMs: 0, toMs: 0, opened: 0, cpuMs: 0, soon: 0, reused: 0 }
const DAY_MS = 86_400_000
/** Less saved a day is not worth holding a file open for, CPU ms. */
const LEAST_SAVED_MS = 200

const fileOf = (databasePath: string) => join(dirname(databasePath), 'warehouse', 'openings.json')

/** What is known of the openings of a database; nothing where the record cannot be read. */
export function readOpenings(databasePath: string): Openings {
  const file = fileOf(databasePath)
  if (!existsSync(file)) return NONE
  try {
    return { ...NONE, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Openings>) }
  } catch {
    return NONE
  }
}

/** Adds what one process counted to what is kept. */
export function addOpenings(databasePath: string, more: Openings): void {
  const known = readOpenings(databasePath)
  const file = fileOf(databasePath)
  mkdirSync(dirname(file), { recursive: true })
  writeFileWhole(file, JSON.stringify(summed(known, more)))
}

function summed(a: Openings, b: Openings): Openings {
  if (a.opened + a.reused === 0) return b
  return {
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    opened: a.opened + b.opened,
    cpuMs: a.cpuMs + b.cpuMs,
    soon: a.soon + b.soon,
    reused: a.reused + b.reused,
  }
}

/** CPU saved a day by readings that found the database open, ms; a day at the least. */
export function savedByReuse({ reused, opened, cpuMs, fromMs, toMs }: Openings): number {
  const days = Math.max(1, (toMs - fromMs) / DAY_MS)
  return opened === 0 ? 0 : (reused * (cpuMs / opened)) / days
}

/**
 * Whether the database should stay open a while after it was read: what openings soon after a reading
 * take a day.
 */
export function adviseOpening(openings: Openings, settings: KnobSettings): Advice {
  const keepOpenMs = readKnob(keepOpen, settings)
  const saved = savedByReuse({ ...openings, reused: openings.soon })
  const each = openings.opened === 0 ? 0 : openings.cpuMs / openings.opened
  const seconds = (keepOpenMs / 1000).toFixed(1)
  const share = `${openings.soon} of ${openings.opened} openings came within ${seconds} s of the last reading; each takes ${each.toFixed(1)} ms of CPU`
  if (keepOpenMs === 0) return { actions: [], refusals: [] }
  if (saved < LEAST_SAVED_MS) {
    const reason = `keeping it open between readings would save ${Math.round(saved)} ms a day: ${share}`
    return { actions: [], refusals: [{ kind: 'knob', target: 'opening the database', reason }] }
  }
  const action: Action = {
    actionId: KEEP_OPEN,
    kind: 'knob',
    target: 'opening the database',
    summary: `Keep the database open for ${seconds} s after it was read`,
    reasons: [share, 'Who wants to write is let in at once'],
    fingerprints: [],
    predicted: {
      ...{ savedCpuMsPerDay: saved, upkeepCpuMsPerDay: 0 },
      ...{ buildCpuMs: 0, storageBytes: 0 },
    },
    apply: [],
    undo: [],
    definition: JSON.stringify({ keepOpenMs }),
  }
  return { actions: [action], refusals: [] }
}

/** How long to keep a database open after a reading, ms; 0 where no action says so. */
export function keepOpenMsOf(actions: readonly Action[]): number {
  const action = actions.find(({ actionId }) => actionId === KEEP_OPEN)
  if (action === undefined) return 0
  return (JSON.parse(action.definition) as { readonly keepOpenMs: number }).keepOpenMs
}
