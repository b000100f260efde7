import type { Part } from '../../explain/parts.ts'

/** A feature of a row: what it is called and what part of a forecast it speaks for. */
export interface FeatureName {
  readonly name: string
  readonly part: Part
}

/** Columns of numbers for rows, filled one row after the other; NaN = unknown. */
export interface FeatureTable {
  readonly names: readonly FeatureName[]
  readonly columns: readonly Float32Array[]
  readonly rows: number
}

export function featureTable(names: readonly FeatureName[], rows: number): FeatureTable {
  return { names, columns: names.map(() => new Float32Array(rows)), rows }
}

/** The table as the trees take it. */
export function treeFeatures(table: FeatureTable) {
  return table.names.map(({ name }, f) => ({
    name,
    kind: 'number' as const,
    values: table.columns[f]!,
  }))
}
