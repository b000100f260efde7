import { requireArgument } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { type EventEffects, type EventProfile, effectMultipliers } from './effects.ts'
import { believes } from './held-out.ts'
import { byName, type Occurrence, ownersOf, type Reach, windowMask } from './occurrence.ts'
import { poolProfile } from './pool.ts'
import { createResponses } from './response.ts'
import { type EventSeries, learnPhases, sumWindow } from './windows.ts'

export interface LearnEffectsOptions extends Partial<Reach> {
  /** Length of the short season in steps: 7 for days, 24 or 168 for hours, 1 for weeks. */
  readonly season: number
  /** Steps beside the windows from which the level is taken. Default: 6 seasons, at least 8 steps. */
  readonly reach?: number
  /** First step not to be read. Default: the end of the data. */
  readonly end?: number
  /** Group of each series (−1 = none) and their names. */
  readonly groups?: { readonly of: Int32Array; readonly names: readonly string[] }
  /** Also learn how strongly each series answers. Default false. */
  readonly responses?: boolean
  /** Neighbouring steps of the window that are averaged on each side; for minutes. Default 0. */
  readonly smooth?: number
  /** Leave out occasions whose past dates do not foretell each other (believes). Default false. */
  readonly guard?: boolean
  readonly settings?: KnobSettings
}

/** Rounds in which occasions that overlap take turns: each knows what the others did so far. */
const ROUNDS = 2

/**
 * Learns what occasions do to series, step by step around them, from their occurrences before `end`:
 * seen over expected (level from ordinary steps on both sides × short season), averaged over
 * occurrences, and drawn towards what is known of more: group → all → nothing, by the empirical
 * Bayes weight τ² / (τ² + noise) (Morris 1983). Where the season has phases (weekdays), multipliers go
 * by the phase that a step falls on too (learnInteraction). Steps are days, weeks, hours, minutes.
 * What is learned is the effect at strength 1: that of an occurrence of strength s is taken to be s times
 * as far from nothing. Throws ERR_ARGUMENT on a season below 1 or a negative lead or tail.
 */
export function learnEffects(
  data: EventSeries,
  occurrences: readonly Occurrence[],
  options: LearnEffectsOptions,
): EventEffects {
  const { season, lead = season, tail = season, smooth = 0, settings = {} } = options
  requireArgument(Number.isInteger(season) && season >= 1, `season is ${season}; give 1 or more`)
  requireArgument(lead >= 0 && tail >= 0, 'lead and tail are counts of steps, 0 or more')
  const span = spanOf(data, options.end)
  const names = options.groups?.names ?? []
  if (span === undefined) return { profiles: [], groups: names }
  const past = occurrences.filter(
    (o) => o.last >= o.first && o.last >= span.first && o.first - lead < span.end,
  )
  const ordinary = windowMask(past, span.first, span.end - span.first, { lead, tail })
  for (let k = 0; k < ordinary.length; k++) ordinary[k] = 1 - ordinary[k]!
  // Series of no group stand in one of their own, behind the named ones.
  const groupOf = Int32Array.from(data.firstStep, (_, i) => {
    const group = options.groups?.of[i] ?? -1
    return group < 0 ? names.length : group
  })
  const groups = names.length + 1
  const grouped = [...byName(past)]
  const plan = {
    owner: ownersOf(grouped, span.first, span.end - span.first, { lead, tail }),
    lead,
    tail,
    season,
    groupOf,
    groups,
    ordinary,
    reach: options.reach ?? Math.max(8, 6 * season),
    end: span.end,
    maskFrom: span.first,
    phases: learnPhases(data, groupOf, groups, season, ordinary, span.first),
  }
  const pooling = { lead, tail, groups, smooth, season, phases: plan.phases, settings }
  const known = new Map<string, EventProfile>()
  const profiles = () => [...known.values()]
  for (let round = 0; round < ROUNDS; round++) {
    grouped.forEach(([name, list], self) => {
      const others = otherEffects({ profiles: profiles(), groups: names }, past, name, span, groups)
      const sums = list.map((o) => sumWindow(data, o, { ...plan, self, others }))
      const profile = poolProfile(sums, pooling)
      if (profile) known.set(name, profile)
    })
  }
  if (options.guard) {
    grouped.forEach(([name, list], self) => {
      const profile = known.get(name)
      if (!profile) return
      const others = otherEffects({ profiles: profiles(), groups: names }, past, name, span, groups)
      const sums = list.map((o) => sumWindow(data, o, { ...plan, self, others }))
      if (!believes(profile, sums, pooling)) known.delete(name)
    })
  }
  if (options.responses) {
    const responses = createResponses(data.firstStep.length)
    grouped.forEach(([name, list], self) => {
      const profile = known.get(name)
      if (!profile) return
      const others = otherEffects({ profiles: profiles(), groups: names }, past, name, span, groups)
      responses.begin(profile, groupOf)
      for (const occurrence of list) {
        sumWindow(data, occurrence, { ...plan, self, others, onSeries: responses.add })
      }
      known.set(name, { ...profile, response: responses.finish(settings) })
    })
  }
  return { profiles: profiles(), groups: names }
}

interface Span {
  readonly first: number
  readonly end: number
}

function spanOf(data: EventSeries, end = Infinity): Span | undefined {
  let first = Infinity
  let last = -Infinity
  for (let i = 0; i < data.firstStep.length; i++) {
    const count = data.offsets[i + 1]! - data.offsets[i]!
    if (count === 0) continue
    first = Math.min(first, data.firstStep[i]!)
    last = Math.max(last, data.firstStep[i]! + count)
  }
  const stop = Math.min(last, end)
  return stop > first ? { first, end: stop } : undefined
}

/** What all occasions but one do to a step of a group, as far as is known. */
function otherEffects(
  known: EventEffects,
  past: readonly Occurrence[],
  name: string,
  { first, end }: Span,
  groups: number,
): (group: number, step: number) => number {
  if (known.profiles.length === 0) return () => 1
  const others = past.filter((occurrence) => occurrence.name !== name)
  const rows = Array.from({ length: groups }, (_, group) => {
    const target = { group: group < known.groups.length ? group : -1 }
    return effectMultipliers(known, others, first, end - first, target)
  })
  return (group, step) => Math.max(0.1, rows[group]![step - first] ?? 1)
}
