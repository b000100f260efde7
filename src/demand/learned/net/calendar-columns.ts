import { bucketStart, DAY_MS, weekdayOf } from '../../../core/calendar.ts'
import type { Panel } from '../../../core/panel.ts'
import type { nets } from '../../../learn/index.ts'
import type { Axis } from '../../axis.ts'

/** A season of the calendar: where in it a bucket lies, and how many waves describe it. */
interface Wave {
  readonly phase: (bucket: number) => number
  readonly harmonics: number
}

const YEAR_DAYS = 365.2425

/**
 * Sines and cosines of the hour, the weekday, the day of the month and, where a year and a half can
 * teach it, the day of the year, for the slots [from, to).
 */
export function calendarColumns(
  panel: Panel,
  axis: Axis,
  from: number,
  to: number,
  knowsYear: boolean,
): nets.StepColumns | undefined {
  const waves = wavesOf(panel, knowsYear)
  const width = 2 * waves.reduce((sum, wave) => sum + wave.harmonics, 0)
  if (width === 0) return undefined
  const values = new Float64Array((to - from) * width)
  for (let slot = from; slot < to; slot++) {
    const bucket = bucketOfSlot(axis, slot)
    let at = (slot - from) * width
    for (const { phase, harmonics } of waves) {
      const angle = 2 * Math.PI * phase(bucket)
      for (let k = 1; k <= harmonics; k++) {
        values[at++] = Math.sin(k * angle)
        values[at++] = Math.cos(k * angle)
      }
    }
  }
  return { firstStep: from, width, values }
}

function wavesOf(panel: Panel, knowsYear: boolean): Wave[] {
  const { frequency } = panel.buckets
  const day = (bucket: number) => bucketStart(bucket, panel.buckets) / DAY_MS
  const year: Wave = { phase: (bucket) => day(bucket) / YEAR_DAYS, harmonics: 3 }
  const month: Wave = { phase: (bucket) => day(bucket) / (YEAR_DAYS / 12), harmonics: 1 }
  const week: Wave = { phase: (bucket) => weekdayOf(Math.floor(day(bucket))) / 7, harmonics: 3 }
  const hour: Wave = { phase: (bucket) => (bucket % 24) / 24, harmonics: 3 }
  const seasons = knowsYear ? [year] : []
  if (frequency === 'D') return [week, month, ...seasons]
  return frequency === 'H' ? [hour, week, ...seasons] : seasons
}

/** The bucket of a slot: the inverse of `slotOf` on open weekdays. */
export function bucketOfSlot(axis: Axis, slot: number): number {
  const { slotsPerWeek, rank } = axis
  if (slotsPerWeek === 7) return slot
  const week = Math.floor(slot / slotsPerWeek)
  const within = slot - week * slotsPerWeek
  for (let residue = 6; residue >= 0; residue--) {
    const next = residue < 6 ? rank[residue + 1]! : slotsPerWeek
    if (rank[residue] === within && next > within) return week * 7 + residue
  }
  return week * 7
}
