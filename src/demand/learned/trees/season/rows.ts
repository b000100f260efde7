import type { FeatureName } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import { growthFactor, type SeasonState, seasonShare } from './base.ts'
import { type SeasonFacts, seasonFacts } from './facts.ts'
import { lookUp } from './look-back.ts'

const PART_OF: Readonly<Record<string, FeatureName['part']>> = {
  share: 'recent_sales',
  deviation: 'recent_sales',
  step: 'recent_sales',
  others: 'neighbours',
  profile: 'season',
  group: 'neighbours',
  other: 'neighbours',
  own: 'trend',
  growth: 'trend',
  noise: 'recent_sales',
  volume: 'level',
  observed: 'attributes',
  gaps: 'recent_sales',
}

const AHEAD: readonly FeatureName[] = [
  { name: 'base', part: 'season' },
  { name: 'profile then', part: 'season' },
  { name: 'deviation then', part: 'season' },
  { name: 'deviation around', part: 'season' },
  { name: 'common then', part: 'neighbours' },
  { name: 'others then', part: 'neighbours' },
  { name: 'moved since', part: 'trend' },
  { name: 'ahead', part: 'trend' },
]

/** An origin's state with its facts: all that rows are made of. */
export interface SeasonView {
  /** Without the effect of occasions, as known at the origin. */
  readonly grid: PanelGrid
  readonly state: SeasonState
  readonly facts: SeasonFacts
  readonly deviation8: Float64Array
}

export function seasonView(grid: PanelGrid, state: SeasonState): SeasonView {
  const facts = seasonFacts(state)
  const deviation8 = facts.columns[facts.names.indexOf('deviation 8')]!
  return { grid, state, facts, deviation8 }
}

/** Names of the columns that writeSeasonRow fills. */
export function seasonFeatureNames(facts: SeasonFacts): FeatureName[] {
  const own = facts.names.map((name) => ({ name, part: PART_OF[name.split(' ')[0]!]! }))
  return [...AHEAD, ...own]
}

/** What is expected of a row before the trees speak, and how far off it may be. */
export interface SeasonRow {
  /** In shares of the level, growth included. */
  expected: number
  /** Unit of the target, in shares of the level. */
  unit: number
}

/** The unit of errors grows with the size of the slot to this power, from a quarter of the level on. */
const SIZE_POWER = 0.9
const LEAST_SIZE = 0.25

/** Expectation and unit of series `i` in slot `t`. */
export function expectSeason(view: SeasonView, i: number, t: number, into: SeasonRow): void {
  const share = seasonShare(view.state, i, t)
  const expected = share > 0 ? share * growthFactor(view.state, i, t) : share
  into.expected = expected
  into.unit = view.state.structure.noise[i]! * Math.max(LEAST_SIZE, expected) ** SIZE_POWER
}

/** Writes the features of series `i` in slot `t` into row `row` of the columns. */
export function writeSeasonRow(
  view: SeasonView,
  i: number,
  t: number,
  expected: number,
  columns: readonly Float32Array[],
  row: number,
): void {
  const { state, facts } = view
  const { structure } = state
  const at = i * structure.slots
  const looks = state.looks(t, 0)
  const around = lookUp(structure.smoothDeviation, at, looks)
  columns[0]![row] = expected
  columns[1]![row] = lookUp(structure.profile, at, looks)
  columns[2]![row] = lookUp(structure.deviation, at, looks)
  columns[3]![row] = around
  columns[4]![row] = lookUp(structure.common, at, looks)
  columns[5]![row] = lookUp(structure.others, at, looks)
  columns[6]![row] = around - view.deviation8[i]!
  columns[7]![row] = t - structure.origin
  facts.columns.forEach((values, k) => {
    columns[AHEAD.length + k]![row] = values[i]!
  })
}
