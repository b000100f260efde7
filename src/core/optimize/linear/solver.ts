import type { Highs, ModelData } from 'highs'
import { checkModel, type LinearModel } from './linear-model.ts'
import { SolverModel } from './solver-model.ts'

/**
 * HiGHS (Huangfu and Hall 2018, Parallelizing the dual revised simplex method, Mathematical
 * Programming Computation 10) as WebAssembly: LP by the dual simplex or an interior point, MIP by
 * branch and cut. One thread, one seed: the same model gives the same answer.
 */
export interface LinearSolver {
  /** Version of HiGHS. */
  readonly version: string
  /**
   * Copies `model` into the solver. The caller disposes what it gets (`using model = …`): nothing
   * else frees its memory. Throws as `checkModel` before anything reaches the solver.
   */
  load(model: LinearModel): SolverModel
}

let loaded: Promise<LinearSolver> | undefined

/**
 * The solver of this thread: compiled by the first call (about 0.06 s of CPU), the same one
 * afterwards. Each worker thread has its own, because modules are loaded once a thread.
 */
export function loadSolver(): Promise<LinearSolver> {
  loaded ??= instantiate().then((highs) => ({
    version: highs.version.string,
    load: (model: LinearModel) => load(highs, model),
  }))
  return loaded
}

/** Imports HiGHS only now: most programs that import this room solve nothing. */
async function instantiate(): Promise<Highs> {
  const { default: imported } = await import('highs')
  // The package declares its types as CommonJS and ships an ES module: what is the default export
  // at run time is `default` of it for the compiler.
  const loadHighs = imported as unknown as typeof imported.default
  return loadHighs()
}

function load(highs: Highs, model: LinearModel): SolverModel {
  checkModel(model)
  const native = highs.createModel(modelData(highs, model))
  return new SolverModel(native, model)
}

function modelData(highs: Highs, model: LinearModel): ModelData {
  const { columns, rows, matrix } = model
  const numCols = columns.cost.length
  const numRows = rows.lower.length
  const { minimize, maximize } = highs.constants.objectiveSense
  const whole = columns.integer?.some((flag) => flag !== 0) === true
  return {
    numCols,
    numRows,
    sense: model.sense === 'maximize' ? maximize : minimize,
    offset: model.offset ?? 0,
    colCost: columns.cost,
    colLower: columns.lower,
    colUpper: columns.upper,
    rowLower: rows.lower,
    rowUpper: rows.upper,
    matrix: { ...matrix, numRows, numCols },
    ...(whole ? { integrality: Int32Array.from(columns.integer!) } : {}),
  }
}
