import { requireArgument } from '../../core/errors.ts'
import type { TreeFeature } from './types.ts'

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
