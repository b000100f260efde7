import { StorewrightError } from './errors.ts'

/** A constant that trades one thing for another: declared once, read everywhere, set by `tune`. */
export interface Knob {
  /** `room.name`, kebab-case after the dot, as it stands under [knobs] in storewright.toml. */
  readonly name: string
  readonly unit: string
  readonly range: readonly [minimum: number, maximum: number]
  readonly default: number
  /** What a higher value buys and what it costs, in one sentence. */
  readonly trades: string
  /** It changes how much CPU work takes and never what comes of it: searched by `warehouse knobs`. */
  readonly speed?: true
}

/** Values set by a person or by tuning, by knob name; what is absent has its default. */
export type KnobSettings = Readonly<Record<string, number>>

const declared = new Map<string, Knob>()

/** Declares a knob and returns it. Throws ERR_KNOB on a second knob of the same name. */
export function declareKnob(knob: Knob): Knob {
  if (declared.has(knob.name))
    throw new StorewrightError('ERR_KNOB', `knob ${knob.name} is declared twice`)
  checkRange(knob, knob.default)
  declared.set(knob.name, knob)
  return knob
}

/** The value of `knob`: the setting where there is one (checked against the range), else its default. */
export function readKnob(knob: Knob, settings: KnobSettings = {}): number {
  const value = settings[knob.name] ?? knob.default
  checkRange(knob, value)
  return value
}

/** All knobs declared so far, by name. A room's knobs are declared when its door is imported. */
export function listKnobs(): readonly Knob[] {
  return [...declared.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Throws ERR_KNOB on the first setting that is unknown or out of range; suggests the nearest name. */
export function checkKnobSettings(settings: KnobSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    const knob = declared.get(name)
    if (knob === undefined) {
      throw new StorewrightError('ERR_KNOB', `there is no knob ${name}`, {
        next: `Did you mean ${nearest(name, [...declared.keys()])}? \`storewright knobs\` lists them all.`,
      })
    }
    checkRange(knob, value)
  }
}

function checkRange(knob: Knob, value: number): void {
  const [minimum, maximum] = knob.range
  if (!(value >= minimum && value <= maximum)) {
    throw new StorewrightError('ERR_KNOB', `knob ${knob.name} is ${value} ${knob.unit}`, {
      next: `Set it between ${minimum} and ${maximum}; the default is ${knob.default}.`,
    })
  }
}

/** The candidate with the smallest edit distance to `word`. */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = ''
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1))
    }
    previous = row
  }
  return previous[b.length]!
}
