import { effectiveSamples } from './weights.ts'

/** How well the logged choices cover those of the policy asked about. */
export interface Overlap {
  readonly rows: number
  readonly effectiveRows: number
  /** effectiveRows / rows. */
  readonly effectiveShare: number
  readonly maximumWeight: number
  /** Share of all weight that the heaviest row has. */
  readonly heaviestShare: number
  /** 1 in expectation where the propensities are right and every action had a chance. */
  readonly meanWeight: number
  /** Share of the policy's choices that the log could not have made; where it is known. */
  readonly unsupportedShare?: number
  readonly isPoor: boolean
  /** What is poor about it, in sentences; empty where nothing is. */
  readonly warnings: readonly string[]
}

export interface OverlapLimits {
  /** Warn below this share of effective rows. Default 0.1. */
  readonly effectiveShare?: number
  /** Warn below this many effective rows. Default 100. */
  readonly effectiveRows?: number
  /** Warn where one row has more than this share of all weight. Default 0.05. */
  readonly heaviestShare?: number
  /** Warn above this share of unsupported choices. Default 0.01. */
  readonly unsupportedShare?: number
}

/**
 * Diagnoses weights. `unsupported` is, by row, the probability that the policy puts on actions to
 * which the log gave none, where that is known.
 */
export function overlapOf(
  weights: Float64Array,
  unsupported?: Float64Array,
  limits: OverlapLimits = {},
): Overlap {
  const rows = weights.length
  const sum = weights.reduce((a, b) => a + b, 0)
  const maximumWeight = weights.reduce((a, b) => Math.max(a, b), 0)
  const effectiveRows = effectiveSamples(weights)
  const facts = {
    rows,
    effectiveRows,
    effectiveShare: rows === 0 ? 0 : effectiveRows / rows,
    maximumWeight,
    heaviestShare: sum === 0 ? 1 : maximumWeight / sum,
    meanWeight: rows === 0 ? 0 : sum / rows,
    ...(unsupported === undefined
      ? {}
      : { unsupportedShare: unsupported.reduce((a, b) => a + b, 0) / Math.max(1, rows) }),
  }
  const warnings = warningsOf(facts, spreadOf(weights, facts.meanWeight), limits)
  return { ...facts, isPoor: warnings.length > 0, warnings }
}

type Facts = Omit<Overlap, 'isPoor' | 'warnings'>

function warningsOf(facts: Facts, spread: number, limits: OverlapLimits): string[] {
  const { effectiveShare = 0.1, effectiveRows = 100 } = limits
  const { heaviestShare = 0.05, unsupportedShare = 0.01 } = limits
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  const offBy = Math.abs(facts.meanWeight - 1)
  return [
    ...(facts.effectiveShare < effectiveShare || facts.effectiveRows < effectiveRows
      ? [
          `The ${facts.rows} rows weigh as much as ${Math.round(facts.effectiveRows)} (${percent(facts.effectiveShare)}): the two policies choose differently.`,
        ]
      : []),
    ...(facts.heaviestShare > heaviestShare
      ? [`One row has ${percent(facts.heaviestShare)} of all weight.`]
      : []),
    ...(facts.unsupportedShare !== undefined && facts.unsupportedShare > unsupportedShare
      ? [
          `${percent(facts.unsupportedShare)} of the policy's choices were never possible in the log: what they earn is not known.`,
        ]
      : []),
    ...(offBy > 4 * spread && offBy > 0.02
      ? [
          `The weights average ${facts.meanWeight.toFixed(3)} where 1 is expected: propensities are wrong, or choices are missing from the log.`,
        ]
      : []),
  ]
}

/** Standard error of the mean weight. */
function spreadOf(weights: Float64Array, mean: number): number {
  const n = weights.length
  const squares = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0)
  return Math.sqrt(squares / (Math.max(1, n) * Math.max(1, n - 1)))
}
