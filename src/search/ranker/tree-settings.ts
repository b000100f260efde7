import type { trees } from '../../learn/index.ts'
import type { RankRows } from './table.ts'

/** How the boosted trees of a ranker grow, by a name for reports. */
export interface TreeSetting {
  readonly name: string
  readonly parameters: trees.TreeParameters
  /** Models with different draws whose mean counts: steadier where there are few queries. */
  readonly bags: number
}

/** Below this many queries, trees are small, drawn and averaged. */
const FEW_QUERIES = 400

/** One setting that is right nearly everywhere and costs little. */
function lightSetting(rows: RankRows, seed: string | number): TreeSetting {
  return {
    name: 'lambdarank, coarse',
    bags: 1,
    parameters: {
      objective: { kind: 'lambdarank' },
      rounds: 80,
      learningRate: 0.12,
      leaves: 12,
      minRows: Math.max(20, Math.ceil(rows.rows / 300)),
      lambda2: 2,
      maxBins: 63,
      columnFraction: 0.3,
      seed,
    },
  }
}

/**
 * Settings to try by cross-validation. Many queries bear fine trees; few ones only coarse trees on
 * drawn rows and columns.
 */
export function treeSettings(
  rows: RankRows,
  seed: string | number,
  effort: 'full' | 'light' = 'full',
): readonly TreeSetting[] {
  if (effort === 'light') return [lightSetting(rows, seed)]
  const isFew = rows.groups.length < FEW_QUERIES
  const shared: Omit<trees.TreeParameters, 'objective'> = isFew
    ? {
        rounds: 200,
        learningRate: 0.05,
        leaves: 6,
        minRows: Math.max(5, Math.ceil(rows.rows / 60)),
        lambda2: 5,
        rowFraction: 0.7,
        columnFraction: 0.25,
        seed,
      }
    : {
        rounds: 300,
        learningRate: 0.08,
        leaves: 31,
        minRows: 40,
        lambda2: 1,
        columnFraction: 0.4,
        seed,
      }
  const bags = isFew ? 4 : 1
  return [
    { name: 'pairwise', bags, parameters: { ...shared, objective: { kind: 'pairwise' } } },
    { name: 'lambdarank', bags, parameters: { ...shared, objective: { kind: 'lambdarank' } } },
  ]
}
