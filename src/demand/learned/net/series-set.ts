import { type Panel, panelEnd } from '../../../core/panel.ts'
import type { nets } from '../../../learn/index.ts'
import { type Axis, slotOf } from '../../axis.ts'
import { calendarColumns } from './calendar-columns.ts'
import { knownColumns } from './covariates.ts'
import { occasionsOf } from './occasions.ts'
import { bySlot, slotRows } from './slots.ts'
import { staticColumns } from './statics.ts'

/** A panel as the nets read it: on its open axis. */
export interface PanelSet {
  readonly axis: Axis
  readonly set: nets.SeriesSet
  readonly seasons: nets.Seasons
}

/** Buckets ahead of the panel's end for which calendar and occasions are made. */
const AHEAD_SEASONS = 2
/** Long seasons of history that can teach a season of the year. */
const YEARS_TO_LEARN = 1.5

/** Lays a panel out for the nets. Throws ERR_PANEL when no weekday is open. */
export function panelSet(panel: Panel, trainEnd: number, season: number | undefined): PanelSet {
  const slots = slotRows(panel)
  const { axis } = slots
  const seasons = seasonsOf(panel, axis, season)
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), Infinity)
  const from = slotOf(axis, first)
  const to = slotOf(axis, panelEnd(panel)) + AHEAD_SEASONS * seasons.long
  const knowsYear = slotOf(axis, trainEnd) - from >= YEARS_TO_LEARN * seasons.long
  const calendar = calendarColumns(panel, axis, from - seasons.long, to, knowsYear)
  const known = panel.known && knownColumns(panel, panel.known, trainEnd)
  const days = panel.buckets.frequency === 'D' ? 7 / axis.slotsPerWeek : 1
  const ahead = Math.ceil(AHEAD_SEASONS * seasons.long * days)
  const occasions = occasionsOf(panel, axis, first - ahead, panelEnd(panel) + ahead)
  const set: nets.SeriesSet = {
    firstStep: slots.firstSlot,
    offsets: slots.offsets,
    values: bySlot(slots, panel.values),
    ...(panel.censored === undefined ? {} : { censored: bySlot(slots, panel.censored) }),
    ...(calendar === undefined ? {} : { calendar }),
    ...(known === undefined ? {} : { known }),
    ...(occasions === undefined ? {} : { occasions }),
    ...staticColumns(panel),
  }
  return { axis, set, seasons }
}

function seasonsOf(panel: Panel, axis: Axis, season: number | undefined): nets.Seasons {
  switch (panel.buckets.frequency) {
    case 'H':
      return fit(season ?? 24, 168)
    case 'D':
      return fit(season ?? axis.slotsPerWeek, 52 * axis.slotsPerWeek)
    case 'W':
      return { short: 1, long: Math.max(2, season ?? 52) }
    case 'M':
      return { short: 1, long: Math.max(2, season ?? 12) }
  }
}

/** A short season that is as long as the long one takes its place. */
function fit(short: number, long: number): nets.Seasons {
  return short < long ? { short, long } : { short: 1, long: Math.max(2, short) }
}
