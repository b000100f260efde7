import { requireArgument } from '../../core/errors.ts'
import type { Labels } from './objectives.ts'
import type { TreeData, TreeFeature, TreeObjective } from './types.ts'

/** Checks a table and returns its number of rows. Throws ERR_ARGUMENT with the feature at fault. */
export function checkFeatures(features: readonly TreeFeature[]): number {
  requireArgument(features.length > 0, 'trees need at least one feature')
  const rows = features[0]!.values.length
  const names = new Set<string>()
  for (const feature of features) {
    const { name, values } = feature
    requireArgument(!names.has(name), `two features are named ${name}`)
    names.add(name)
    requireArgument(
      values.length === rows,
      `feature ${name} has ${values.length} rows, ${features[0]!.name} has ${rows}`,
    )
    if (feature.kind === 'category') checkCodes(feature)
    else requireArgument(feature.kind === 'number', `feature ${name}: kind is ${feature.kind}`)
    const monotone = feature.monotone ?? 0
    requireArgument(
      monotone === 0 || feature.kind === 'number',
      `feature ${name}: a category cannot be monotone`,
    )
  }
  return rows
}

function checkCodes({ name, values }: TreeFeature): void {
  if (values instanceof Int32Array) return
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!
    requireArgument(
      Number.isNaN(code) || Number.isInteger(code),
      `feature ${name}, row ${i}: category code ${code} is not a whole number`,
    )
  }
}

/** Checks what a training learns from (targets, weights, groups, offset) against the objective. */
export function checkLabels(data: TreeData, rows: number, objective: TreeObjective): Labels {
  const { target, weights, groups, offset } = data
  requireArgument(data.rows === rows, `rows is ${data.rows}, the features have ${rows}`)
  requireArgument(rows > 0, 'there are no rows to learn from')
  requireArgument(target.length === rows, `target has ${target.length} rows, features ${rows}`)
  if (weights !== undefined) checkWeights(weights, rows)
  const isRanking = objective.kind === 'lambdarank' || objective.kind === 'pairwise'
  requireArgument(!isRanking || groups !== undefined, `${objective.kind} needs groups`)
  if (groups !== undefined) checkGroups(groups, rows)
  checkTarget(target, objective)
  if (offset !== undefined) checkOffset(offset, rows * outputsOf(objective))
  return { rows, target, weights, groups }
}

/** Scores a row has: one, or one a quantile level. */
export function outputsOf(objective: TreeObjective): number {
  return objective.kind === 'quantile' ? objective.levels.length : 1
}

function checkTarget(target: Float64Array, objective: TreeObjective): void {
  const { kind } = objective
  const gains = kind === 'lambdarank' ? (objective.gains?.length ?? 31) : Infinity
  for (let i = 0; i < target.length; i++) {
    const y = target[i]!
    requireArgument(Number.isFinite(y), `target, row ${i}: ${y} is not a finite number`)
    if (kind === 'poisson' || kind === 'tweedie') {
      requireArgument(y >= 0, `target, row ${i}: ${y} is negative, ${kind} needs counts`)
    } else if (kind === 'logistic') {
      requireArgument(y >= 0 && y <= 1, `target, row ${i}: ${y} is not from 0 to 1`)
    } else if (kind === 'lambdarank') {
      const ok = Number.isInteger(y) && y >= 0 && y < gains
      requireArgument(ok, `target, row ${i}: grade ${y} is not a whole number below ${gains}`)
    }
  }
}

function checkWeights(weights: Float64Array, rows: number): void {
  requireArgument(weights.length === rows, `weights have ${weights.length} rows, features ${rows}`)
  let sum = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights[i]!
    const ok = Number.isFinite(weight) && weight >= 0
    requireArgument(ok, `weights, row ${i}: ${weight} is not a number from 0`)
    sum += weight
  }
  requireArgument(sum > 0, 'weights are all 0')
}

function checkGroups(groups: Int32Array, rows: number): void {
  let sum = 0
  for (let q = 0; q < groups.length; q++) {
    requireArgument(groups[q]! > 0, `groups: query ${q} has ${groups[q]} rows`)
    sum += groups[q]!
  }
  requireArgument(sum === rows, `groups sum to ${sum} rows, there are ${rows}`)
}

function checkOffset(offset: Float64Array, length: number): void {
  requireArgument(offset.length === length, `offset has ${offset.length} numbers, not ${length}`)
  for (let i = 0; i < length; i++) {
    requireArgument(Number.isFinite(offset[i]!), `offset, number ${i}: ${offset[i]} is not finite`)
  }
}
