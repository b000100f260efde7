import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { events } from '../../learn/index.ts'
import { type Axis, axisOf, slotOf } from '../axis.ts'
import { groupIndex } from './group-index.ts'
import { EVENT_LEAD, EVENT_SPREAD, EVENT_TAIL, READ_EVENTS } from './knobs.ts'
import { slotOccurrences } from './slots.ts'

/** What occasions do to the slots of a panel, as it was known at some time. */
export interface EventTable {
  /** Whether any slot is touched. */
  readonly touches: boolean
  /** First slot that may have a multiplier, and one past the last. */
  readonly first: number
  readonly end: number
  /** Multiplier of series `i` in slot `slot` of the axis; 1 where nothing happens. */
  at(i: number, slot: number): number
  /** The same at strength 1: what the past says, whatever is planned. */
  usualAt(i: number, slot: number): number
  /** A value over its multiplier; NaN where that is below a tenth (closed, about). */
  without(value: number, i: number, slot: number): number
}

/** A step at less than this of its usual sales tells nothing of them. */
const LEAST_DIVISOR = 0.1

/** Learns what a panel's occasions do from what lies before a time. */
export interface EventReader {
  /** As known before slot `end` of the axis: reads nothing from there on but the dates of events. */
  tableAt(end: number): EventTable
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
  const last = occurrences.reduce((most, o) => Math.max(most, o.last), first) + reach.tail + 1
  const known = new Map<number, EventTable>()
  return {
    tableAt(asked) {
      const end = Math.min(asked, slotOf(axis, panelEnd(panel)))
      const cached = known.get(end)
      if (cached !== undefined) return cached
      const effects = events.learnEffects(data, occurrences, {
        ...reach,
        end,
        groups,
        guard: true,
        settings: { ...settings, [EVENT_NOISE]: readKnob(EVENT_SPREAD, settings) },
      })
      const table = tableOf(effects, occurrences, of, count, { first, last })
      known.set(end, table)
      return table
    },
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

function tableOf(
  effects: events.EventEffects,
  occurrences: readonly events.Occurrence[],
  of: Int32Array,
  groups: number,
  { first, last }: { readonly first: number; readonly last: number },
): EventTable {
  const names = new Set(effects.profiles.map(({ name }) => name))
  const active = occurrences.filter(({ name }) => names.has(name))
  const width = Math.max(0, last - first)
  const usual = active.map(({ strength: _, ...occurrence }) => occurrence)
  const rowsOf = (list: readonly events.Occurrence[]) =>
    Array.from({ length: active.length > 0 ? groups : 0 }, (_, group) =>
      events.effectMultipliers(effects, list, first, width, { group }),
    )
  const planned = rowsOf(active)
  const isUsual = active.every(({ strength = 1 }) => strength === 1)
  const plain = isUsual ? planned : rowsOf(usual)
  const read = (rows: readonly Float64Array[], i: number, slot: number) =>
    rows[of[i]!]?.[slot - first] ?? 1
  const at = (i: number, slot: number) => read(planned, i, slot)
  return {
    touches: active.length > 0,
    first,
    end: active.length > 0 ? last : first,
    at,
    usualAt: (i, slot) => read(plain, i, slot),
    without(value, i, slot) {
      const m = at(i, slot)
      return m < LEAST_DIVISOR ? Number.NaN : value / m
    },
  }
}
