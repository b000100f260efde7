import type { WarehouseAction } from '../../../src/api/schemas/warehouse.ts'
import type { Tone } from '../parts/chip.tsx'
import { formatCount } from '../text/format.ts'

/** CPU time in the unit that a person reads: 340 ms, 41 s, 12 min, 3.4 h. */
export function cpuTime(ms: number): string {
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 10) return `${ms.toFixed(size < 1 ? 2 : 1)} ms`
  if (size < 1000) return `${Math.round(ms)} ms`
  if (size < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (size < 120_000) return `${Math.round(ms / 1000)} s`
  if (size < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}

/** Bytes as 12 KB, 3.4 MB, 1.2 GB. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} KB`
  if (bytes < 1e8) return `${(bytes / 1e6).toFixed(1)} MB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

export const perDay = (count: number): string =>
  count >= 10 || Number.isInteger(count) ? formatCount(Math.round(count)) : count.toFixed(1)

/** A sentence whose numbers stay on one line with their units. */
export const withUnitsKept = (sentence: string): string =>
  sentence.replace(/(\d) (ms|s|min|h|%)(?=\W|$)/g, '$1\u00a0$2')

export const KIND_WORDS: Readonly<Record<WarehouseAction['kind'], string>> = {
  view: 'View',
  layout: 'Order of rows',
  plan: 'Plan',
  knob: 'Setting',
  index: 'Index',
}

/** What a change gains a day after its upkeep: as measured, else as predicted. */
export function netGain({ predicted, measured }: WarehouseAction): number {
  const gain = measured ?? predicted
  return gain.savedMsPerDay - gain.upkeepMsPerDay
}

/** The colour of where a change stands: what is over is calm. */
export function toneOf({ status, severity }: WarehouseAction): Tone {
  return status === 'undone' || status === 'refused' ? 'calm' : severity
}
