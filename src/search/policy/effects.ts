import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import { halfLifeDays, memoryEntries, queryVariance, tokenVariance } from './knobs.ts'

/** Precision and weighted sum of what was seen beside the model, and when last. */
type Entry = [precision: number, sum: number, at: number]

/** What an arm does on one query beyond what it does on all: mean, and variance over that of the noise. */
export interface Effect {
  readonly mean: number
  readonly variance: number
}

/** A query as memory knows it. */
export interface QueryWords {
  readonly text: string
  readonly tokens: readonly string[]
}

/** The parts of an effect: of the query's text, and the mean of its tokens'. */
interface Part {
  readonly key: string
  /** Share with which the part counts. */
  readonly share: number
  readonly prior: number
}

export interface Effects {
  /** What is expected of `arm` on this query beside the model. */
  of(arm: string, query: QueryWords, at: number): Effect
  /** Learns that the model was off by `residual`; `modelVariance` is how unsure the model itself is. */
  learn(arm: string, query: QueryWords, residual: number, modelVariance: number, at: number): void
  /** Searches of this text that the arm ran on, as far as remembered. */
  evidence(arm: string, query: QueryWords): number
  state(): { readonly keys: readonly string[]; readonly values: Float64Array }
}

const DAY_MS = 86_400_000

/**
 * How each arm did on this query and on queries that share words with it: random effects around the
 * model, u(arm, text) + mean over tokens of u(arm, token), each N(0, prior × σ²), learned one search
 * at a time with the other parts held at their means (mean field), forgotten by half-life. At most
 * `share` is a factor on both priors.
 * At most `search.maximum-policy-memory` entries: the tenth that was longest without news goes first. The
 * hierarchy is that of Hong, Kveton et al. 2022, with crossed groups.
 */
export function effectsOf(
  settings: KnobSettings = {},
  share = 1,
  saved: { readonly keys: readonly string[]; readonly values: Float64Array } = {
    keys: [],
    values: new Float64Array(0),
  },
): Effects {
  const entries = new Map<string, Entry>()
  saved.keys.forEach((key, i) => {
    entries.set(key, [saved.values[3 * i]!, saved.values[3 * i + 1]!, saved.values[3 * i + 2]!])
  })
  const halfLifeMs = readKnob(halfLifeDays, settings) * DAY_MS
  const textPrior = share * readKnob(queryVariance, settings)
  const tokenPrior = share * readKnob(tokenVariance, settings)
  const limit = readKnob(memoryEntries, settings)

  const partsOf = (arm: string, query: QueryWords): Part[] => {
    const tokens = [...new Set(query.tokens)]
    return [
      { key: `${arm}\ta`, share: 1, prior: tokenPrior },
      { key: `${arm}\tq\t${query.text}`, share: 1, prior: textPrior },
      ...tokens.map((token) => ({
        key: `${arm}\tt\t${token}`,
        share: 1 / tokens.length,
        prior: tokenPrior,
      })),
    ].filter(({ prior }) => prior > 0)
  }
  const effectOf = ({ key, prior }: Part, at: number): Effect => {
    const entry = entries.get(key)
    if (entry === undefined) return { mean: 0, variance: prior }
    const kept = at > entry[2] ? 2 ** ((entry[2] - at) / halfLifeMs) : 1
    const variance = 1 / (1 / prior + entry[0] * kept)
    return { mean: entry[1] * kept * variance, variance }
  }
  const sumOf = (parts: readonly Part[], at: number) => {
    let mean = 0
    let variance = 0
    for (const part of parts) {
      const effect = effectOf(part, at)
      mean += part.share * effect.mean
      variance += part.share ** 2 * effect.variance
    }
    return { mean, variance }
  }
  return {
    of: (arm, query, at) => sumOf(partsOf(arm, query), at),
    learn(arm, query, residual, modelVariance, at) {
      const parts = partsOf(arm, query)
      const whole = sumOf(parts, at)
      const before = parts.map((part) => effectOf(part, at))
      parts.forEach((part, i) => {
        const own = part.share * before[i]!.mean
        const others = whole.variance - part.share ** 2 * before[i]!.variance
        const precision = 1 / (1 + modelVariance + Math.max(0, others))
        const target = residual - (whole.mean - own)
        add(
          entries,
          part.key,
          part.share ** 2 * precision,
          part.share * precision * target,
          at,
          halfLifeMs,
        )
      })
      if (entries.size > limit) evict(entries, limit)
    },
    evidence: (arm, query) => entries.get(`${arm}\tq\t${query.text}`)?.[0] ?? 0,
    state() {
      const known = [...entries]
      return {
        keys: known.map(([key]) => key),
        values: Float64Array.from(known.flatMap(([, e]) => e)),
      }
    },
  }
}

function add(
  entries: Map<string, Entry>,
  key: string,
  precision: number,
  sum: number,
  at: number,
  halfLifeMs: number,
): void {
  const entry = entries.get(key)
  if (entry === undefined) {
    entries.set(key, [precision, sum, at])
    return
  }
  const kept = at > entry[2] ? 2 ** ((entry[2] - at) / halfLifeMs) : 1
  entry[0] = entry[0] * kept + precision
  entry[1] = entry[1] * kept + sum
  entry[2] = Math.max(entry[2], at)
}

/** Drops the entries longest without news until a tenth of the room is free. */
function evict(entries: Map<string, Entry>, limit: number): void {
  const oldest = [...entries].sort(([, a], [, b]) => a[2] - b[2])
  const surplus = entries.size - Math.floor(limit * 0.9)
  for (const [key] of oldest.slice(0, surplus)) entries.delete(key)
}
