import { requireArgument } from '../../core/errors.ts'
import type { TreeObjective, TreeParameters } from './types.ts'

/** Parameters with every default filled in. */
export type FullParameters = Required<Omit<TreeParameters, 'goss'>> & Pick<TreeParameters, 'goss'>

const DEFAULTS = {
  rounds: 100,
  learningRate: 0.1,
  leaves: 31,
  maxDepth: Infinity,
  minRows: 20,
  minHessian: 1e-3,
  lambda1: 0,
  lambda2: 0,
  minGain: 0,
  maxStep: 0,
  maxBins: 255,
  rowFraction: 1,
  rowEvery: 1,
  columnFraction: 1,
  columnFractionByNode: 1,
  categorySmooth: 10,
  categoryLambda2: 10,
  maxCategories: 32,
  oneHotUpTo: 4,
  minCategoryRows: 100,
  earlyStopping: 0,
  metric: { kind: 'objective' },
  seed: 0,
} as const

/** Fills in defaults. Throws ERR_ARGUMENT naming the first parameter outside its range. */
export function fullParameters(given: TreeParameters): FullParameters {
  const present = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined))
  const full = { ...DEFAULTS, ...present, objective: given.objective } as FullParameters
  checkWhole(full)
  checkNumbers(full)
  checkSampling(full)
  checkObjective(full.objective)
  return full
}

function checkWhole(full: FullParameters): void {
  const limits = [
    ['rounds', 1],
    ['leaves', 2],
    ['minRows', 1],
    ['rowEvery', 1],
    ['maxCategories', 1],
    ['oneHotUpTo', 0],
    ['minCategoryRows', 1],
    ['earlyStopping', 0],
  ] as const
  for (const [name, least] of limits) {
    const value = full[name]
    const ok = Number.isInteger(value) && value >= least
    requireArgument(ok, `${name} is ${value}, not a whole number from ${least}`)
  }
  requireArgument(full.maxDepth >= 1, `maxDepth is ${full.maxDepth}, less than 1`)
}

function checkNumbers(full: FullParameters): void {
  requireArgument(
    Number.isFinite(full.learningRate) && full.learningRate > 0,
    `learningRate is ${full.learningRate}, not a positive number`,
  )
  const names = [
    'minHessian',
    'lambda1',
    'lambda2',
    'minGain',
    'maxStep',
    'categorySmooth',
    'categoryLambda2',
  ] as const
  for (const name of names) {
    const ok = Number.isFinite(full[name]) && full[name] >= 0
    requireArgument(ok, `${name} is ${full[name]}, not a number from 0`)
  }
}

function checkSampling(full: FullParameters): void {
  for (const name of ['rowFraction', 'columnFraction', 'columnFractionByNode'] as const) {
    const value = full[name]
    requireArgument(value > 0 && value <= 1, `${name} is ${value}, not in (0, 1]`)
  }
  if (full.goss === undefined) return
  const { top, other } = full.goss
  requireArgument(
    top > 0 && other > 0 && top + other <= 1,
    `goss: top ${top} and other ${other} must be positive and sum to at most 1`,
  )
  requireArgument(full.rowFraction === 1, 'goss and rowFraction exclude each other')
}

function checkObjective(objective: TreeObjective): void {
  if (objective.kind === 'tweedie') {
    const { power } = objective
    requireArgument(power > 1 && power < 2, `tweedie: power is ${power}, not between 1 and 2`)
  }
  if (objective.kind === 'quantile') checkLevels(objective.levels)
  if (objective.kind === 'lambdarank') {
    const { truncation = 1 } = objective
    const ok = Number.isInteger(truncation) && truncation >= 1
    requireArgument(ok, `lambdarank: truncation is ${truncation}, not a whole number from 1`)
  }
}

function checkLevels(levels: readonly number[]): void {
  requireArgument(levels.length > 0, 'quantile: no levels are given')
  levels.forEach((level, k) => {
    requireArgument(level > 0 && level < 1, `quantile: level ${level} is not between 0 and 1`)
    const rises = k === 0 || level > levels[k - 1]!
    requireArgument(rises, `quantile: level ${level} does not rise above the one before it`)
  })
}
