import { createRandom, type Random } from '../../core/random/random.ts'
import type { Arena } from './arena.ts'
import { createGround, Forest, type Ground } from './forest.ts'
import { type Bench, benchOn } from './group-work.ts'
import { type Grown, growTree, type TreeColumns } from './grow.ts'
import { kernelOn } from './kernel.ts'
import { type Layout, layOut } from './layout.ts'
import { lossOf } from './metrics.ts'
import { createObjective, type Labels, type Objective } from './objectives.ts'
import type { FullParameters } from './parameters.ts'
import type { Binning } from './prepare.ts'
import { renewLeaves } from './renew.ts'
import { drawByGradient, drawColumns, drawRows } from './sampling.ts'
import type { Team } from './team.ts'
import type { Tree } from './tree.ts'
import type { TreeObjective } from './types.ts'

/** Rows with their bins, as training and watching need them. Plain data that threads can be given. */
export interface BinnedRows {
  readonly arena: Arena
  readonly binsAt: number
  readonly labels: Labels
  readonly offset: Float64Array | undefined
}

/** All that a training starts from. */
export interface TrainingTask {
  readonly parameters: FullParameters
  readonly binning: Binning
  readonly training: BinnedRows
  readonly validation: BinnedRows | undefined
}

/** All that a trained model is. */
export interface ModelData {
  readonly objective: TreeObjective
  readonly outputs: number
  readonly binning: Binning
  /** Scores before the first tree. */
  readonly start: Float64Array
  readonly trees: readonly Tree[]
  readonly bestRound: number
  readonly history: readonly number[]
}

/** Called after each round; throws to stop. */
export type OnRound = (round: number, loss: number | undefined) => void

/** Reserves the memory of a training; the team's threads need the layout before it starts. */
export function planTraining(task: TrainingTask): Layout {
  const { parameters, training, binning } = task
  const objective = parameters.objective
  const outputs = objective.kind === 'quantile' ? objective.levels.length : 1
  const isMonotone = binning.features.some((feature) => feature.monotone !== 0)
  const rules = {
    categorySmooth: parameters.categorySmooth,
    categoryLambda2: parameters.categoryLambda2,
    maxCategories: parameters.maxCategories,
    oneHotUpTo: parameters.oneHotUpTo,
    minCategoryRows: parameters.minCategoryRows,
    plain: parameters.lambda1 === 0 && parameters.maxStep === 0 && !isMonotone,
  }
  const { binsAt, labels } = training
  const data = { rows: labels.rows, binsAt, binning, outputs }
  return layOut(training.arena, data, parameters.leaves, rules)
}

/** Gradient boosting (Friedman 2001) on a planned task. */
export function boost(task: TrainingTask, layout: Layout, team: Team, onRound: OnRound): ModelData {
  const kernel = kernelOn(task.training.arena.memory)
  const bench = benchOn(task.training.arena.memory, layout, kernel)
  const booster = new Booster(task, bench, team)
  return booster.run(onRound)
}

class Booster {
  private readonly task: TrainingTask
  private readonly bench: Bench
  private readonly team: Team
  private readonly objective: Objective
  private readonly random: Random
  private readonly pairs: Float32Array
  private readonly scores: Float64Array
  private readonly index: Uint32Array
  private readonly allColumns: Uint8Array
  private readonly start: Float64Array
  private readonly watch: Watch | undefined
  private readonly trees: Tree[] = []
  private bag: Uint32Array | undefined
  private ground: Ground | undefined

  constructor(task: TrainingTask, bench: Bench, team: Team) {
    const { parameters, training, validation } = task
    const { layout } = bench
    this.task = task
    this.bench = bench
    this.team = team
    this.objective = createObjective(parameters.objective, training.labels)
    this.random = createRandom(parameters.seed)
    const { buffer } = training.arena.memory
    const { rows, outputs } = layout
    this.pairs = new Float32Array(buffer, layout.pairsAt, 2 * rows)
    this.scores = new Float64Array(buffer, layout.scoresAt, rows * outputs)
    this.index = new Uint32Array(buffer, layout.indexAt, rows)
    this.allColumns = new Uint8Array(layout.columns.length).fill(1)
    this.start = training.offset === undefined ? this.objective.start() : new Float64Array(outputs)
    startScores(this.scores, this.start, training.offset)
    if (validation !== undefined) this.watch = new Watch(task, validation, this.start)
    const numbers = [parameters.lambda1, parameters.lambda2, parameters.minHessian]
    bench.doubles.set([...numbers, parameters.maxStep], layout.rulesAt / 8)
  }

  run(onRound: OnRound): ModelData {
    const { rounds, earlyStopping } = this.task.parameters
    const history: number[] = []
    const ends: number[] = []
    let best = -1
    for (let round = 0; round < rounds; round++) {
      const grew = this.addRound(round)
      const loss = this.watch?.loss(this.trees)
      ends.push(this.trees.length)
      if (loss !== undefined) history.push(loss)
      if (loss === undefined || best < 0 || loss < history[best]!) best = round
      onRound(round + 1, loss)
      if (!grew && this.isExhausted()) break
      if (loss !== undefined && earlyStopping > 0 && round - best >= earlyStopping) break
    }
    const bestRound = earlyStopping > 0 && this.watch !== undefined ? best + 1 : ends.length
    return {
      objective: this.task.parameters.objective,
      outputs: this.objective.outputs,
      binning: this.task.binning,
      start: this.start,
      trees: this.trees.slice(0, ends[bestRound - 1]),
      bestRound,
      history,
    }
  }

  /** Without any draws, a round that finds no split will never find one. */
  private isExhausted(): boolean {
    const { parameters } = this.task
    const { rowFraction, columnFraction, columnFractionByNode, goss } = parameters
    const isDrawn = rowFraction < 1 || columnFraction < 1 || columnFractionByNode < 1
    return !isDrawn && goss === undefined && this.objective.renewLevels === undefined
  }

  /** Adds the trees of a round; false when none could split. */
  private addRound(round: number): boolean {
    const before = this.trees.length
    const random = this.random.split(round)
    this.drawBag(round, random)
    for (let k = 0; k < this.objective.treesPerRound; k++) {
      this.objective.gradients(this.scores, this.pairs, k, round)
      const count = this.fillIndex(random)
      const grown = growTree(
        this.bench,
        this.team,
        count,
        this.task.parameters,
        this.columnDraw(random),
      )
      if (this.isWorthKeeping(grown)) this.keep(grown, k, count)
    }
    return this.trees.length > before
  }

  /** One leaf adds nothing to the best constant, yet it moves an offset that is off on the whole. */
  private isWorthKeeping({ leaves }: Grown): boolean {
    if (leaves.length > 1) return true
    return this.task.training.offset !== undefined && Number.isFinite(leaves[0]!.value)
  }

  private drawBag(round: number, random: Random): void {
    const { rowFraction, rowEvery } = this.task.parameters
    if (rowFraction >= 1 || round % rowEvery !== 0) return
    const { rows } = this.bench.layout
    this.bag ??= new Uint32Array(Math.max(1, Math.round(rowFraction * rows)))
    drawRows(this.bag, rows, rowFraction, random.split('rows'))
  }

  /** Writes the rows of the next tree to the index; returns how many. */
  private fillIndex(random: Random): number {
    const { goss } = this.task.parameters
    const { index, pairs } = this
    if (goss !== undefined) {
      return drawByGradient(index, pairs, index.length, goss, random.split('goss'))
    }
    if (this.bag !== undefined) {
      index.set(this.bag)
      return this.bag.length
    }
    for (let i = 0; i < index.length; i++) index[i] = i
    return index.length
  }

  /** Columns of a tree, and from them those of each node. */
  private columnDraw(random: Random): TreeColumns {
    const { columnFraction, columnFractionByNode } = this.task.parameters
    const ofTree = new Uint8Array(this.allColumns.length)
    const draws = random.split('columns')
    drawColumns(ofTree, this.allColumns, columnFraction, draws)
    const drawForNode = (used: Uint8Array) => drawColumns(used, ofTree, columnFractionByNode, draws)
    return { ofTree, drawForNode }
  }

  /** Gives the leaves their final values and adds them to the scores. */
  private keep(grown: Grown, k: number, count: number): void {
    const { parameters, training, binning } = this.task
    const { outputs } = this.bench.layout
    const levels = this.objective.renewLevels
    const isShared = this.objective.treesPerRound < outputs
    const output = isShared ? -1 : k
    let values = grown.tree.values
    if (levels !== undefined) {
      const own = isShared ? levels.map((_, i) => i) : [k]
      values = renewLeaves(this.bench, training.labels, this.scores, grown.leaves, levels, own)
    }
    values = values.map((value) => value * parameters.learningRate)
    const tree: Tree = { ...grown.tree, output, values }
    this.trees.push(tree)
    if (count === this.index.length) this.addLeaves(grown, tree)
    else {
      const { bytes, layout } = this.bench
      const bins = { bytes, at: layout.binsAt, stride: layout.stride }
      this.ground ??= createGround()
      new Forest([tree], binning, outputs, this.ground).addTo(this.scores, bins, layout.rows)
    }
  }

  private addLeaves({ leaves }: Grown, tree: Tree): void {
    const { kernel, layout } = this.bench
    const width = tree.values.length / leaves.length
    leaves.forEach(({ begin, count }, l) => {
      for (let k = 0; k < width; k++) {
        const scoresAt = layout.scoresAt + 8 * (width === 1 ? tree.output : k)
        const value = tree.values[l * width + k]!
        kernel.addToRows(layout.indexAt + 4 * begin, count, scoresAt, layout.outputs, value)
      }
    })
  }
}

/** Scores of validation rows, kept up to date tree by tree. */
class Watch {
  private readonly task: TrainingTask
  private readonly rows: BinnedRows
  private readonly scores: Float64Array
  private readonly bytes: Uint8Array
  private readonly ground = createGround()
  private added = 0

  constructor(task: TrainingTask, rows: BinnedRows, start: Float64Array) {
    this.task = task
    this.rows = rows
    this.scores = new Float64Array(rows.labels.rows * start.length)
    this.bytes = new Uint8Array(rows.arena.memory.buffer)
    startScores(this.scores, start, rows.offset)
  }

  loss(trees: readonly Tree[]): number {
    const { binning, parameters } = this.task
    const { labels, binsAt } = this.rows
    const bins = { bytes: this.bytes, at: binsAt, stride: binning.stride }
    const outputs = this.scores.length / labels.rows
    const added = trees.slice(this.added)
    new Forest(added, binning, outputs, this.ground).addTo(this.scores, bins, labels.rows)
    this.added = trees.length
    return lossOf(parameters.objective, parameters.metric, labels, this.scores)
  }
}

/** Fills scores (rows × outputs) with `start`, or with `offset` where there is one. */
export function startScores(
  scores: Float64Array,
  start: Float64Array,
  offset: Float64Array | undefined,
): void {
  if (offset !== undefined) scores.set(offset)
  else for (let i = 0; i < scores.length; i++) scores[i] = start[i % start.length]!
}
