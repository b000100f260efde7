import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { ClickCells } from './cells.ts'
import { documentPriorKnob, rankPriorKnob } from './knobs.ts'

/**
 * Position-based click model: a document is clicked when its place is examined and it attracts,
 * P(click) = γ_rank × α_document. γ of the most examined place is 1.
 */
export interface PositionModel {
  /** γ by rank, in (0, 1]. */
  readonly examination: Float64Array
  /** α by document, in (0, 1): what share would click if they looked. */
  readonly attraction: Float64Array
  /** EM rounds that ran. */
  readonly rounds: number
  /** Probability of a click on a document at a rank; ranks beyond the last are as the last. */
  clickProbability(document: number, rank: number): number
}

export interface PositionOptions {
  /** Examination known beforehand (from swap experiments); then only attractions are estimated. */
  readonly examination?: ArrayLike<number>
  /** EM rounds at most (500). */
  readonly rounds?: number
  /** Ends when no probability moves by more than this (1e-6). */
  readonly tolerance?: number
  readonly knobs?: KnobSettings
}

interface State {
  /** γ, α and the prior mean of α by query. */
  readonly examination: Float64Array
  readonly attraction: Float64Array
  readonly priorMean: Float64Array
}

const LEAST = 1e-6

/**
 * Fits the model by expectation maximization (Chuklin, Markov & de Rijke 2015, ch. 4.2): of
 * impressions without a click, the share α(1 − γ)/(1 − αγ) attracted unseen and γ(1 − α)/(1 − αγ)
 * was seen and did not attract. α has a beta prior around the mean of its query (`search.click-document-prior`
 * impressions strong), γ one around its neighbours (`search.click-rank-prior`), so that few
 * impressions say little. Throws ERR_ARGUMENT on an examination outside (0, 1] or too short.
 */
export function fitPositionModel(cells: ClickCells, options: PositionOptions = {}): PositionModel {
  const { rounds = 500, tolerance = 1e-6, knobs } = options
  const priors = {
    document: readKnob(documentPriorKnob, knobs),
    rank: readKnob(rankPriorKnob, knobs),
  }
  const state = startState(cells, options.examination)
  let round = 0
  while (round < rounds) {
    round++
    const moved = improve(cells, state, priors, options.examination !== undefined)
    if (moved <= tolerance) break
  }
  normalize(state, options.examination !== undefined)
  return modelOf(state, round)
}

function startState(cells: ClickCells, given: ArrayLike<number> | undefined): State {
  const examination = new Float64Array(cells.ranks)
  if (given !== undefined) {
    requireArgument(
      given.length >= cells.ranks,
      `examination has ${given.length} ranks, not ${cells.ranks}`,
    )
    for (let r = 0; r < cells.ranks; r++) {
      requireArgument(given[r]! > 0 && given[r]! <= 1, `examination of rank ${r} is ${given[r]}`)
      examination[r] = given[r]!
    }
  } else {
    for (let r = 0; r < cells.ranks; r++) examination[r] = 1 / (1 + r)
  }
  const queries = cells.queryOf.reduce((most, q) => Math.max(most, q + 1), 0)
  return {
    examination,
    attraction: new Float64Array(cells.documents).fill(0.3),
    priorMean: new Float64Array(queries).fill(0.3),
  }
}

/** One round of EM; returns the largest change of a probability. */
function improve(
  cells: ClickCells,
  state: State,
  priors: { readonly document: number; readonly rank: number },
  isFixed: boolean,
): number {
  const { document, rank, impressions, clicks } = cells
  const attracted = new Float64Array(cells.documents)
  const shown = new Float64Array(cells.documents)
  const examined = new Float64Array(cells.ranks)
  const shownAt = new Float64Array(cells.ranks)
  for (let cell = 0; cell < document.length; cell++) {
    const [d, r] = [document[cell]!, rank[cell]!]
    const [alpha, gamma] = [state.attraction[d]!, state.examination[r]!]
    const missed = impressions[cell]! - clicks[cell]!
    const share = missed / (1 - alpha * gamma)
    attracted[d]! += clicks[cell]! + share * alpha * (1 - gamma)
    examined[r]! += clicks[cell]! + share * gamma * (1 - alpha)
    shown[d]! += impressions[cell]!
    shownAt[r]! += impressions[cell]!
  }
  const moved = updateAttraction(cells, state, attracted, shown, priors.document)
  return isFixed ? moved : Math.max(moved, updateExamination(state, examined, shownAt, priors.rank))
}

function updateAttraction(
  { queryOf }: ClickCells,
  { attraction, priorMean }: State,
  attracted: Float64Array,
  shown: Float64Array,
  strength: number,
): number {
  const sums = new Float64Array(priorMean.length)
  const counts = new Float64Array(priorMean.length)
  let moved = 0
  for (let d = 0; d < attraction.length; d++) {
    const prior = strength * priorMean[queryOf[d]!]!
    const value = clamp((attracted[d]! + prior) / (shown[d]! + strength))
    moved = Math.max(moved, Math.abs(value - attraction[d]!))
    attraction[d] = value
    sums[queryOf[d]!]! += value
    counts[queryOf[d]!]!++
  }
  for (let q = 0; q < priorMean.length; q++)
    if (counts[q]! > 0) priorMean[q] = sums[q]! / counts[q]!
  return moved
}

function updateExamination(
  { examination }: State,
  examined: Float64Array,
  shownAt: Float64Array,
  strength: number,
): number {
  const before = examination.slice()
  let moved = 0
  for (let r = 0; r < examination.length; r++) {
    const around = [before[r - 1], before[r + 1]].filter((value) => value !== undefined)
    const prior = around.length > 0 ? around.reduce((a, b) => a + b, 0) / around.length : before[r]!
    const value = clamp((examined[r]! + strength * prior) / (shownAt[r]! + strength))
    moved = Math.max(moved, Math.abs(value - before[r]!))
    examination[r] = value
  }
  return moved
}

const clamp = (value: number) => Math.min(1 - LEAST, Math.max(LEAST, value))

/** Only the product of γ and α is seen: the largest γ becomes 1 and α takes its factor. */
function normalize({ examination, attraction }: State, isFixed: boolean): void {
  if (isFixed || examination.length === 0) return
  const most = examination.reduce((a, b) => Math.max(a, b))
  for (let r = 0; r < examination.length; r++) examination[r]! /= most
  for (let d = 0; d < attraction.length; d++) attraction[d]! *= most
}

function modelOf({ examination, attraction }: State, rounds: number): PositionModel {
  return {
    examination,
    attraction,
    rounds,
    clickProbability(document, rank) {
      return attraction[document]! * examination[Math.min(rank, examination.length - 1)]!
    },
  }
}
