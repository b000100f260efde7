import { declareKnob, type KnobSettings, readKnob } from '../core/knobs.ts'
import { COLD_START } from './cold-start/cold-start.ts'
import type { Forecaster } from './forecaster.ts'
import { netForecaster } from './learned/net-forecaster.ts'
import { treesForecaster } from './learned/trees-forecaster.ts'
import { readingEvents } from './occasions/event-forecaster.ts'

const autoColdStart = declareKnob({
  name: 'demand.auto-cold-start',
  unit: '0 or 1',
  range: [0, 1],
  default: 1,
  trades:
    'One lets `auto` forecast new and young products from their likes where that does better.',
})

const autoTrees = declareKnob({
  name: 'demand.auto-trees',
  unit: '0 or 1',
  range: [0, 1],
  default: 1,
  trades: 'One lets `auto` learn boosted trees over all series: better forecasts, more time.',
})

const autoNets = declareKnob({
  name: 'demand.auto-nets',
  unit: 'nets',
  range: [0, 2],
  default: 0,
  trades:
    'One lets `auto` train mqcnn, two mqrnn as well: the dearest members, worth it where series are many and alike.',
})

/** Every learned forecaster of the room, by the name that --model takes. */
export const LEARNED: readonly Forecaster[] = [
  readingEvents({ ...COLD_START, forYoung: true }),
  treesForecaster(),
  netForecaster('conv'),
  netForecaster('gru'),
]

/** The learned forecasters that `auto` weighs against the classical choice. */
export function autoMembers(settings: KnobSettings = {}): readonly Forecaster[] {
  const wanted = new Set<string>()
  if (readKnob(autoColdStart, settings) >= 1) wanted.add(COLD_START.name)
  if (readKnob(autoTrees, settings) >= 1) wanted.add('trees')
  if (readKnob(autoNets, settings) >= 1) wanted.add('mqcnn')
  if (readKnob(autoNets, settings) >= 2) wanted.add('mqrnn')
  return LEARNED.filter((forecaster) => wanted.has(forecaster.name))
}
