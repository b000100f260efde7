import { type Knob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Assignment, Setting } from './space.ts'

const FACTORS = [1 / 16, 1 / 4, 4, 16]

/** Knobs as settings to search: the lowest value, and what stands times powers of four, in their range. */
export function knobsAsSettings(
  knobs: readonly Knob[],
  standing: KnobSettings,
): readonly Setting[] {
  return knobs.map((knob) => {
    const [least, most] = knob.range
    const stands = readKnob(knob, standing)
    // Powers of zero are zero: then the default says of which size values are.
    const size = stands > 0 ? stands : knob.default > 0 ? knob.default : (least + most) / 2
    const tried = FACTORS.map((factor) => factor * size)
    const more = stands > 0 ? tried : [...tried, size]
    const values = [least, ...more.map((value) => Math.min(most, Math.max(least, value)))]
    const others = values.filter((value) => value !== stands)
    return { name: knob.name, values: [...new Set(others)].map(String) }
  })
}

/** The knobs that an assignment sets. */
export function knobsOf(assignment: Assignment): KnobSettings {
  return Object.fromEntries(
    Object.entries(assignment).map(([name, value]) => [name, Number(value)]),
  )
}

/** The same knobs, telling `onRead` of each that is read: what a work never reads is not worth trying on it. */
export function recordingReads(
  settings: KnobSettings,
  onRead: (name: string) => void,
): KnobSettings {
  return new Proxy(settings, {
    get(target, name) {
      if (typeof name === 'string') onRead(name)
      return target[name as string]
    },
  })
}
