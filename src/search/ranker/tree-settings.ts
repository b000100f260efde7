import type { trees } from '../../learn/index.ts'
import type { RankRows } from './table.ts'

/** How the boosted trees of a ranker grow, by a name for reports. */
export interface TreeSetting {
  readonly name: string
  readonly parameters: trees.TreeParameters
  /** Models with different draws whose mean counts: steadier where there are few queries. */
  readonly bags: number
}

/** How the choices of a training are made: what many queries allow would be noise with few. */
export interface TrainingPlan {
  readonly settings: readonly TreeSetting[]
  readonly ridges: readonly number[]
  /** Columns kept at most, by what a first model makes of them; all where few queries could not tell. */
  readonly columns: number
  /** Parts of the cross-validation. */
  readonly folds: number
}

const FEW_ROWS = 10_000

/**
 * Many rows bear finer trees and three folds; few ones only coarse trees and the mean of several
 * models. Trees of both objectives are mixed.
 */
export function trainingPlan(
  rows: RankRows,
  seed: string | number,
  effort: 'full' | 'light' = 'full',
): TrainingPlan {
  if (effort === 'light') {
    return { settings: [lightSetting(rows, seed)], ridges: [0.03], columns: 72, folds: 3 }
  }
  const few = rows.rows < FEW_ROWS
  const parameters = few ? coarse(rows.rows, seed) : fine(seed)
  return {
    settings: (['lambdarank', 'pairwise'] as const).map((kind) => ({
      name: kind,
      bags: few ? 4 : 1,
      parameters: { ...parameters, objective: { kind } },
    })),
    ridges: few ? [1, 0.3, 0.1, 0.03, 0.01] : [0.1, 0.01],
    columns: few ? Number.POSITIVE_INFINITY : 72,
    folds: few ? 5 : 3,
  }
}

type Shape = Omit<trees.TreeParameters, 'objective'>

function coarse(rows: number, seed: string | number): Shape {
  return {
    rounds: 200,
    learningRate: 0.05,
    leaves: 6,
    minRows: Math.max(5, Math.ceil(rows / 60)),
    lambda2: 5,
    rowFraction: 0.7,
    columnFraction: 0.25,
    seed,
  }
}

function fine(seed: string | number): Shape {
  return {
    rounds: 600,
    learningRate: 0.05,
    leaves: 16,
    minRows: 60,
    lambda2: 5,
    rowFraction: 0.7,
    columnFraction: 0.3,
    earlyStopping: 50,
    seed,
  }
}

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
