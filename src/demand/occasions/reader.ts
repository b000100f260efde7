import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { events } from '../../learn/index.ts'
import { type Axis, axisOf, slotOf } from '../axis.ts'
import { groupIndex } from './group-index.ts'
import { namesInSeason } from './in-season.ts'
import { EVENT_LEAD, EVENT_SPREAD, EVENT_TAIL, READ_EVENTS } from './knobs.ts'
import { slotOccurrences } from './slots.ts'
import { type EventTable, isUsual, NOTHING, type Reading, tableOf } from './table.ts'

/** Learns what a panel's occasions do from what lies before a time. */
export interface EventReader {
  /**
   * As known before slot `end` of the axis: reads nothing from there on but the dates of events. For
   * forecasts that look back a season of `season` slots, what that season cannot know: occasions that it
   * holds (namesInSeason) are there already and count by how far their strength is from the usual alone.
   */
  tableAt(end: number, season?: number): EventTable
}

/** The knob of the learner that this room has its own value for. */
const EVENT_NOISE = 'learn.event-spread'
/** Slots of a short season, whose phases occasions work together with. */
const WEEK = { H: 168, W: 1, M: 1 } as const

/**
 * A reader of the events of a panel that touch all of its series; undefined where there are none, or the
 * knob demand.event-profiles is 0. Weights of series come from before bucket `trainEnd`, profiles from
 * before the slot asked for. Throws ERR_PANEL on a strength that is not finite or below zero.
 */
export function eventReader(
  panel: Panel,
  trainEnd: number,
  settings: KnobSettings = {},
): EventReader | undefined {
  const given = (panel.events ?? []).filter((event) => event.series === undefined)
  const axis = axisOf(panel)
  const all = slotOccurrences(given, panel.buckets, axis)
  const occurrences = all.filter(({ strength }) => strength !== 0)
  if (occurrences.length === 0 || panel.ids.length === 0) return undefined
  if (readKnob(READ_EVENTS, settings) < 1) return undefined
  const { data, of, count } = groupIndex(panel, axis, trainEnd)
  const reach = reachOf(panel, axis, settings)
  const names = Array.from({ length: count }, (_, g) => `${g}`)
  const groups = { of: Int32Array.from(names.keys()), names }
  const first = data.firstStep[0]!
  const last = all.reduce((most, o) => Math.max(most, o.last), first) + reach.tail + 1
  const learn = kept((end: number) =>
    events.learnEffects(data, occurrences, {
      ...reach,
      end,
      groups,
      guard: true,
      settings: { ...settings, [EVENT_NOISE]: readKnob(EVENT_SPREAD, settings) },
    }),
  )
  const readings = kept((season: number) => readingOf(all, season, first))
  const tables = kept((season: number) =>
    kept((end: number) => {
      const reading = readings(season)
      if (reading.whole.length + reading.beside.length === 0) return NOTHING
      return tableOf(learn(end), reading, { of, count, first, last })
    }),
  )
  const stop = slotOf(axis, panelEnd(panel))
  return { tableAt: (end, season = 0) => tables(season)(Math.min(end, stop)) }
}

/** A function of a number that is asked for each number once. */
function kept<T>(make: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(key)
    known.set(key, made)
    return made
  }
}

/** Without a season (0), all are read whole. */
function readingOf(all: readonly events.Occurrence[], season: number, first: number): Reading {
  const held = season > 0 ? namesInSeason(all, season, first) : new Set<string>()
  const inside = all.filter(({ name }) => held.has(name))
  return {
    whole: all.filter(({ name }) => !held.has(name)),
    beside: inside.every(isUsual) ? [] : inside,
  }
}

function reachOf(panel: Panel, axis: Axis, settings: KnobSettings) {
  const { frequency } = panel.buckets
  const slots = { H: 24, D: 1, W: 1 / 7, M: 0 }[frequency]
  return {
    lead: Math.round(readKnob(EVENT_LEAD, settings) * slots),
    tail: Math.round(readKnob(EVENT_TAIL, settings) * slots),
    season: frequency === 'D' ? axis.slotsPerWeek : WEEK[frequency],
  }
}
