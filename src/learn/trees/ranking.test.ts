import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { trainTrees } from './index.ts'
import { createRanking } from './ranking.ts'
import type { TreeObjective } from './types.ts'

type RankObjective = Extract<TreeObjective, { kind: 'lambdarank' | 'pairwise' }>

function draw(seed: number) {
  const random = createRandom(seed)
  const groups = Int32Array.of(1, 4, 7, 2)
  const rows = 14
  const target = Float64Array.from({ length: rows }, () => random.int(4))
  const scores = Float64Array.from({ length: rows }, () => random.normal())
  return { labels: { rows, target, weights: undefined, groups }, scores }
}

/** λ and hessians straight from the definition, pair by pair. */
function reference(objective: RankObjective, { labels, scores }: ReturnType<typeof draw>) {
  const pairs = new Float64Array(2 * labels.rows)
  const isLambda = objective.kind === 'lambdarank'
  const truncation = isLambda ? (objective.truncation ?? 30) : Infinity
  let begin = 0
  for (const size of labels.groups) {
    const rows = Array.from({ length: size }, (_, i) => begin + i)
    begin += size
    const y = (row: number) => labels.target[row]!
    const place = new Map(rows.toSorted((a, b) => scores[b]! - scores[a]!).map((r, i) => [r, i]))
    const worth = (row: number, at: number) => (2 ** y(row) - 1) / Math.log2(at + 2)
    const best = rows
      .toSorted((a, b) => y(b) - y(a))
      .slice(0, truncation)
      .reduce((sum, row, at) => sum + worth(row, at), 0)
    let total = 0
    for (const i of rows) {
      for (const j of rows) {
        const [a, b] = [place.get(i)!, place.get(j)!]
        if (y(i) <= y(j) || Math.min(a, b) >= truncation) continue
        let change = 1
        if (isLambda) {
          const swapped = worth(i, b) + worth(j, a) - worth(i, a) - worth(j, b)
          change = Math.abs(swapped) / best
          if (objective.normalize ?? true) change /= 0.01 + Math.abs(scores[i]! - scores[j]!)
        }
        const rho = 1 / (1 + Math.exp(scores[i]! - scores[j]!))
        pairs[2 * i]! -= rho * change
        pairs[2 * j]! += rho * change
        pairs[2 * i + 1]! += rho * (1 - rho) * change
        pairs[2 * j + 1]! += rho * (1 - rho) * change
        total += 2 * rho * change
      }
    }
    const isScaled = isLambda && (objective.normalize ?? true) && total > 0
    for (const row of rows) {
      for (const at of [2 * row, 2 * row + 1]) {
        pairs[at]! *= isScaled ? Math.log2(1 + total) / total : 1
      }
    }
  }
  return pairs
}

describe('ranking gradients', () => {
  const cases: RankObjective[] = [
    { kind: 'lambdarank' },
    { kind: 'lambdarank', truncation: 2, normalize: false },
    { kind: 'pairwise' },
  ]
  for (const objective of cases) {
    it(`of ${JSON.stringify(objective)} are those of the definition`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const set = draw(seed)
          const pairs = new Float32Array(28)
          createRanking(objective, set.labels).gradients(set.scores, pairs, 0, 0)
          reference(objective, set).forEach((value, i) => {
            expect(Math.abs(pairs[i]! - value)).toBeLessThan(1e-6 * (1 + Math.abs(value)))
          })
        }),
      )
    })
  }
})

describe('rankers', () => {
  const random = createRandom('rank')
  const rows = 1200
  const x = Float64Array.from({ length: rows }, () => random.normal())
  const noise = Float64Array.from({ length: rows }, () => random.normal())
  const target = x.map((value) => Math.max(0, Math.min(3, Math.round(value ** 2))))
  const data = {
    rows,
    features: [
      { name: 'x', kind: 'number', values: x },
      { name: 'noise', kind: 'number', values: noise },
    ],
    target,
    groups: new Int32Array(rows / 10).fill(10),
  } as const

  it('bring the good ones to the top', () => {
    for (const objective of [{ kind: 'lambdarank' }, { kind: 'pairwise' }] as const) {
      const metric = { kind: 'ndcg', at: 5 } as const
      const parameters = { objective, metric, rounds: 30, leaves: 7 }
      const { history } = trainTrees(data, parameters, { validation: data })
      expect(history.at(-1)).toBeLessThan(0.03)
      expect(history.at(-1)).toBeLessThan(history[0]!)
    }
  })

  it('survive queries of one grade only', () => {
    const flat = { ...data, target: new Float64Array(rows) }
    const model = trainTrees(flat, { objective: { kind: 'lambdarank' }, rounds: 3 })
    expect(model.predict(data.features).every((score) => score === 0)).toBe(true)
  })
})
