/**
 * Boosted trees against LightGBM and XGBoost: the same rows, bins and depth, one thread each, in
 * processes of their own that take turns; then LambdaMART on LightGBM's ranking example.
 * node bench/learn-trees.ts [--data DIR] [--rows 100000] [--kinds squared,tweedie,…] [--python PATH]
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argument, dataFolder, printFigure, rounded } from './figure.ts'
import { writeTask } from './learn-trees/files.ts'
import { benchLetor } from './learn-trees/letor.ts'
import { runOwn } from './learn-trees/own.ts'
import { judge } from './learn-trees/score.ts'
import { syntheticTask, type Task, type TaskKind } from './learn-trees/tasks.ts'
import { walmartTable, walmartTask } from './learn-trees/walmart.ts'

const SEEDS = [1, 2, 3]
const LEAVES = 63
const MAX_DEPTH = 8
/** Student's t at 97.5 % with two degrees of freedom: three seeds. */
const T3 = 4.303
const rows = Number(argument('rows', '100000'))
const everyKind = 'squared,tweedie,poisson,quantile,logistic,lambdarank,walmart,letor'
const kinds = argument('kinds', everyKind).split(',')
const home = new URL('./', import.meta.url).pathname
const python = argument('python', join(home, 'peers/.venv/bin/python'))

interface Run {
  readonly loss: number
  readonly trainCpu: number
  readonly prepareCpu: number
  readonly predictCpu: number
  readonly memory: number
}

const TOOLS = ['ours', 'lightgbm', 'xgboost'] as const
type Tool = (typeof TOOLS)[number]

/** Trains and predicts with one tool in a process of its own. */
function runTool(tool: Tool, folder: string, task: Task): Run {
  const command = tool === 'ours' ? process.execPath : python
  const own = ['--expose-gc', join(home, 'learn-trees.ts'), '--own', folder]
  const args = tool === 'ours' ? own : [join(home, 'peers/learn_trees.py'), tool, folder]
  const line = execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n').at(-1)!
  const file = readFileSync(join(folder, `${tool}.pred`))
  const predictions = new Float64Array(
    file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
  )
  const loss = judge(task.objective, task.test.target, predictions, task.test.groups)
  return { ...(JSON.parse(line) as Omit<Run, 'loss'>), loss }
}

/** All tools on the task of each seed, in turns. */
function compare(taskOf: (seed: number) => Task): ReadonlyMap<Tool, readonly Run[]> {
  const tools = TOOLS.filter((tool) => tool === 'ours' || existsSync(python))
  const runs = new Map<Tool, Run[]>(tools.map((tool) => [tool, []]))
  for (const seed of SEEDS) {
    const folder = mkdtempSync(join(tmpdir(), 'learn-trees-'))
    try {
      const task = taskOf(seed)
      writeTask(folder, task, LEAVES, MAX_DEPTH)
      for (const tool of tools) runs.get(tool)!.push(runTool(tool, folder, task))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return runs
}

/** Mean over seeds of ours / peer, seed by seed, and its 95 % interval by Student's t. */
function ratioOf(ours: readonly Run[], peer: readonly Run[], field: keyof Run) {
  const ratios = ours.map((run, i) => run[field] / peer[i]![field])
  const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length
  const variance = ratios.reduce((a, b) => a + (b - mean) ** 2, 0) / (ratios.length - 1)
  const half = (T3 * Math.sqrt(variance)) / Math.sqrt(ratios.length)
  return { mean, interval: [rounded(mean - half), rounded(mean + half)] as const }
}

const meanOf = (runs: readonly Run[], field: keyof Run) =>
  runs.reduce((sum, run) => sum + run[field], 0) / runs.length

const FIELDS = [
  { field: 'loss', unit: 'loss on held-out rows, ours / peer', words: 'accuracy', limit: 1 },
  { field: 'trainCpu', unit: 'CPU of training, ours / peer', words: 'cpu', limit: 2 },
  { field: 'memory', unit: 'memory grown by, ours / peer', words: 'memory', limit: 2 },
  { field: 'prepareCpu', unit: 'CPU of binning, ours / peer', words: 'binning cpu', limit: 2 },
  { field: 'predictCpu', unit: 'CPU of predicting, ours / peer', words: 'predict cpu', limit: 2 },
] as const

function report(name: string, data: string, runs: ReadonlyMap<Tool, readonly Run[]>): void {
  const ours = runs.get('ours')!
  for (const [tool, peer] of runs) {
    if (tool === 'ours') continue
    for (const { field, unit, words, limit } of FIELDS) {
      const { mean, interval } = ratioOf(ours, peer, field)
      const isLoss = field === 'loss'
      printFigure({
        figure: `learn-trees/${name} ${words} against ${tool}`,
        value: rounded(meanOf(ours, field)),
        unit: `${unit}: ${rounded(mean)}`,
        interval,
        baseline: rounded(meanOf(peer, field)),
        ratio: rounded(mean),
        target: isLoss ? '≤ 1 within the interval' : `≤ ${limit}`,
        met: (isLoss ? interval[0] : mean) <= limit,
        data,
        seed: SEEDS.join(','),
      })
    }
  }
}

async function compareAll(): Promise<void> {
  if (!existsSync(python)) console.error(`no peers: ${python} is missing (bench/peers)`)
  for (const kind of kinds.filter((name) => name !== 'walmart' && name !== 'letor')) {
    const runs = compare((seed) => syntheticTask(kind as TaskKind, seed, rows, rows / 2))
    report(
      kind,
      `synthetic, ${rows} rows × 40 features, ${LEAVES} leaves, depth ${MAX_DEPTH}`,
      runs,
    )
  }
  const table = kinds.includes('walmart') ? await walmartTable(dataFolder()) : undefined
  if (table !== undefined) {
    const runs = compare((seed) => walmartTask(table, 4 * (seed - 1)))
    report('walmart lags', 'demand/walmart, 26 weeks held out at three ends 4 weeks apart', runs)
  }
  if (kinds.includes('letor')) benchLetor(dataFolder())
}

const ownFolder = argument('own', '')
if (ownFolder === '') await compareAll()
else runOwn(ownFolder)
