import type { Action } from '../../warehouse/index.ts'
import { nightAfter, nightBefore } from '../nightly/times.ts'

const DAY_MS = 86_400_000
/** What reads whole tables to be made. */
const BUILT: readonly Action['kind'][] = ['view', 'layout']

/** Quiet hours as settings write them: HH:MM-HH:MM, also over midnight. */
export const QUIET_HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/

export interface QuietHours {
  /** Absent: it is always quiet. */
  readonly hours?: string
  readonly timeZone: string
}

/** Milliseconds from `now` (epoch ms) until the quiet hours begin; 0 inside of them. */
export function untilQuietMs(now: number, { hours, timeZone }: QuietHours): number {
  if (hours === undefined) return 0
  const [from, to] = hours.split('-') as [string, string]
  const isQuiet = nightBefore(now, from, timeZone) >= nightBefore(now, to, timeZone)
  return isQuiet ? 0 : nightAfter(now, from, timeZone) - now
}

/** Actions to apply at once, and those that wait for the quiet hours, each with the reason. */
export interface Building {
  readonly now: readonly Action[]
  readonly waiting: readonly { readonly actionId: string; readonly why: string }[]
}

/**
 * What is built at once: where it is quiet, and of the rest what is expected to save more CPU until it is
 * than building it costs. What is not built (plans, settings) never waits.
 */
export function whatToBuild(actions: readonly Action[], now: number, quiet: QuietHours): Building {
  const untilMs = untilQuietMs(now, quiet)
  const building = { now: [] as Action[], waiting: [] as { actionId: string; why: string }[] }
  for (const action of actions) {
    const { savedCpuMsPerDay, upkeepCpuMsPerDay, buildCpuMs } = action.predicted
    const savedMs = ((savedCpuMsPerDay - upkeepCpuMsPerDay) * untilMs) / DAY_MS
    if (untilMs === 0 || !BUILT.includes(action.kind) || savedMs > buildCpuMs) {
      building.now.push(action)
      continue
    }
    const hours = (untilMs / 3_600_000).toFixed(1)
    const why = `it waits ${hours} h for the quiet hours (${quiet.hours}): until then it would save ${savedMs.toFixed(0)} ms of CPU, and building it takes ${buildCpuMs.toFixed(0)} ms`
    building.waiting.push({ actionId: action.actionId, why })
  }
  return building
}
