import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trees } from '../../src/learn/index.ts'
import { evaluate, ranker } from '../../src/search/index.ts'
import { argument, cpuSeconds, printFigure, rounded } from '../figure.ts'
import type { JudgedSet } from './data.ts'
import { foldsOf } from './measure.ts'

const ROUNDS = 200
const DEPTH = 6
/** As many features as the reference has. */
const COLUMNS = 27

type Rows = ranker.RankRows

/** Judged documents described by what needs no labels, the columns that a first model gains most from. */
function describe({ index, queries }: JudgedSet, most: number) {
  const features = ranker.standardFeatures([])
  const names = features.flatMap((feature) => feature.columns(index))
  const tables: ranker.RankTable[] = []
  const grades: number[] = []
  const kept: number[] = []
  for (const [q, { query, grades: own }] of queries.entries()) {
    const ids = [...own.keys()].filter((id) => index.docOf(id) >= 0).sort()
    if (ids.length === 0 || grades.length >= most) continue
    const union = { docs: Int32Array.from(ids, (id) => index.docOf(id)), arms: [] }
    tables.push(
      ranker.describeUnion(features, { index, query: index.analyze(query), union, now: 0 }),
    )
    grades.push(...ids.map((id) => own.get(id)!))
    kept.push(q)
  }
  const rows: Rows = {
    ...ranker.joinTables(tables, names),
    directions: names.map(() => 0 as const),
    groups: Int32Array.from(tables, (table) => table.rows),
    grades: Float64Array.from(grades),
  }
  return {
    rows: ranker.screenColumns(rows, { name: '', bags: 1, parameters: PARAMETERS }, COLUMNS),
    kept,
  }
}

const PARAMETERS: trees.TreeParameters = {
  objective: { kind: 'pairwise' },
  rounds: ROUNDS,
  learningRate: 0.1,
  leaves: 2 ** DEPTH,
  maxDepth: DEPTH,
  minRows: 1,
  minHessian: 1,
  lambda2: 1,
}

const treeRows = (rows: Rows): trees.TreeData => ({
  rows: rows.rows,
  features: rows.columns.map((values, c) => ({
    name: rows.names[c]!,
    kind: 'number' as const,
    values,
  })),
  target: rows.grades,
  groups: rows.groups,
})

interface Trained {
  readonly scores: Float64Array
  /** CPU seconds of binning and training. */
  readonly cpu: number
}

function runOurs(train: Rows, test: Rows, objective: 'pairwise' | 'lambdarank'): Trained {
  const start = process.cpuUsage()
  const model = trees.trainTrees(treeRows(train), { ...PARAMETERS, objective: { kind: objective } })
  const cpu = cpuSeconds(start)
  return { scores: model.predict(treeRows(test).features), cpu }
}

function runXgboost(python: string, train: Rows, test: Rows, objective: string): Trained {
  const folder = mkdtempSync(join(tmpdir(), 'search-msrd-'))
  try {
    for (const [part, rows] of [
      ['train', train],
      ['test', test],
    ] as const) {
      rows.columns.forEach((column, c) => {
        writeFileSync(join(folder, `${part}.${c}.f32`), column)
      })
      writeFileSync(join(folder, `${part}.target`), Float32Array.from(rows.grades))
      writeFileSync(join(folder, `${part}.groups`), rows.groups)
    }
    const task = { columns: train.columns.length, rounds: ROUNDS, depth: DEPTH, objective }
    writeFileSync(join(folder, 'task.json'), JSON.stringify(task))
    const script = new URL('../peers/search_rank.py', import.meta.url).pathname
    const line = execFileSync(python, [script, folder], { encoding: 'utf8' }).trim()
    const bytes = readFileSync(join(folder, 'scores.f32'))
    const scores = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    )
    return { scores: Float64Array.from(scores), cpu: (JSON.parse(line) as { cpu: number }).cpu }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Our trees and XGBoost's on the same columns and folds: nDCG@10 and CPU time, fold by fold. */
export function comparePeers(set: JudgedSet, measured: number, most: number, seed: number): void {
  const home = new URL('../', import.meta.url).pathname
  const python = argument('python', join(home, 'peers/.venv/bin/python'))
  if (!existsSync(python)) {
    console.error(`no peers: ${python} is missing (bench/peers)`)
    return
  }
  const { rows, kept } = describe(set, most)
  const { fold } = foldsOf(set, 5, seed)
  for (const objective of ['pairwise', 'lambdarank'] as const) {
    const values = { ours: [] as number[], peer: [] as number[] }
    const cpu = { ours: 0, peer: 0 }
    for (let f = 0; f < measured; f++) {
      const train = ranker.queriesWhere(rows, (q) => fold[kept[q]!] !== f).rows
      const test = ranker.queriesWhere(rows, (q) => fold[kept[q]!] === f).rows
      const ours = runOurs(train, test, objective)
      const name = objective === 'pairwise' ? 'rank:pairwise' : 'rank:ndcg'
      const peer = runXgboost(python, train, test, name)
      values.ours.push(...ranker.queryNdcg(ours.scores, test, 10))
      values.peer.push(...ranker.queryNdcg(peer.scores, test, 10))
      cpu.ours += ours.cpu
      cpu.peer += peer.cpu
    }
    const paired = evaluate.pairedDifference(values.ours, values.peer)
    const { mean, low, high } = paired.student
    const ratio = cpu.ours / cpu.peer
    printFigure({
      figure: `search-msrd/trees beside XGBoost, ${objective}`,
      value: rounded(evaluate.meanOfDefined(values.ours)),
      unit: `nDCG@10; difference ${rounded(mean, 3)}, its interval beside; CPU ${rounded(cpu.ours / measured, 3)} s a fold, XGBoost ${rounded(cpu.peer / measured, 3)} s: ${rounded(ratio, 3)} ×`,
      interval: [rounded(low, 3), rounded(high, 3)],
      baseline: rounded(evaluate.meanOfDefined(values.peer)),
      target: 'within 0.003 or better, at ≤ 2 × its CPU',
      met: mean >= -0.003 && ratio <= 2,
      data: `${set.name}, ${rows.rows} rows × ${rows.columns.length} columns, ${ROUNDS} trees of depth ${DEPTH}, folds by clusters of query words`,
      seed,
    })
  }
}
