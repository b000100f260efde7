import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluateRun } from '../evaluate/evaluate-run.ts'
import { metricNamed } from '../evaluate/metric.ts'
import { createJudgedMemory, type Forgotten } from './judged-memory.ts'
import { gatherJudged } from './judged-query.ts'
import { memoryFeature } from './memory-feature.ts'
import { clusterQueries } from './query-clusters.ts'
import { rankJudgedFiles } from './rank-files.ts'
import { rankJudged } from './rank-judged.ts'
import { readCandidates, readGrades, readJudgments, readQueries, readRun } from './read-judged.ts'
import { shopJudgments, testShop } from './testing/shop.ts'
import { unaskedWordsFeature } from './unasked-words.ts'
import { wordWorthFeature } from './word-worth.ts'

const folder = mkdtempSync(join(tmpdir(), 'judged-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const index = testShop()
const judgments = shopJudgments(index)

describe('clusterQueries', () => {
  it('joins queries that share half their weight, along chains, and leaves others alone', () => {
    const words = [['lion', 'king'], ['king', 'lion', 'film'], ['film', 'noir'], ['lamp'], []]
    const clusters = clusterQueries(words)
    expect(clusters[0]).toBe(clusters[1])
    expect(new Set(clusters).size).toBe(4)
    expect([...clusterQueries(words, 1.01)]).toEqual([0, 1, 2, 3, 4])
  })
})

describe('features made from judgments', () => {
  const { judged } = gatherJudged(index, judgments)
  const memory = createJudgedMemory(judged)
  const asked = judged.find(({ query }) => query.text === 'laptop bag')!
  const union = { docs: asked.docs, arms: [] }
  const valuesOf = (
    make: (forgottenOf: () => Forgotten) => { columns: unknown; compute: unknown },
    forgotten: Forgotten,
  ) => {
    const feature = make(() => forgotten) as ReturnType<typeof memoryFeature>
    const width = feature.columns(index).length
    const out = new Float32Array(union.docs.length * width)
    feature.compute({ index, query: asked.query, union, now: 0 }, out, width)
    return out
  }

  it('do not change with the labels of the query itself, once these are forgotten', () => {
    // The same judgments, but the grades of the query at hand turned round.
    const turned = judgments.map((row) =>
      row.query === 'laptop bag' ? { ...row, grade: 2 - row.grade } : row,
    )
    const other = gatherJudged(index, turned).judged
    const otherMemory = createJudgedMemory(other)
    const own: Forgotten = { kind: 'query', text: 'laptop bag' }
    const makers = [
      [memoryFeature.bind(null, memory), memoryFeature.bind(null, otherMemory)],
      [wordWorthFeature.bind(null, index, judged), wordWorthFeature.bind(null, index, other)],
      [unaskedWordsFeature.bind(null, index, judged), unaskedWordsFeature.bind(null, index, other)],
    ] as const
    for (const [before, after] of makers) {
      const [a, b] = [valuesOf(before, own), valuesOf(after, own)]
      // The overall mean grade, to which all are pulled, is all that may move.
      a.forEach((value, i) => {
        if (!Number.isNaN(value)) expect(Math.abs(value - b[i]!)).toBeLessThan(0.15)
      })
      const all: Forgotten = { kind: 'none' }
      expect(valuesOf(before, all)).not.toEqual(valuesOf(after, all))
    }
  })

  it('forget a whole cluster as if it had never been judged', () => {
    const without = judgments.filter((row) => {
      const one = judged.find(({ query }) => query.text === row.query)
      return one === undefined || one.cluster !== asked.cluster
    })
    const rest = createJudgedMemory(gatherJudged(index, without).judged)
    const recalled = memory.recall(asked.query, { kind: 'cluster', cluster: asked.cluster })
    const texts = recalled.map(({ number }) => memory.judged[number]!.query.text).sort()
    const fresh = rest.recall(asked.query, { kind: 'none' })
    expect(texts).toEqual(fresh.map(({ number }) => rest.judged[number]!.query.text).sort())
    for (const doc of asked.docs) {
      const forgotten = { kind: 'cluster', cluster: asked.cluster } as const
      expect(memory.tally(doc, forgotten)).toEqual(rest.tally(doc, { kind: 'none' }))
    }
  })
})

describe('rankJudged', () => {
  const isHeld = (query: string) => query.startsWith('camera') || query.startsWith('tablet')
  const train = judgments.filter(({ query }) => !isHeld(query))
  const held = [...new Set(judgments.map(({ query }) => query).filter(isHeld))]
  const input = {
    index,
    judgments: train,
    queries: held.map((query) => ({ queryId: query, query })),
    k: 20,
    seed: 1,
    effort: 'light' as const,
    now: 0,
  }
  const grades = new Map(
    held.map((query) => [
      query,
      new Map(
        judgments.filter((row) => row.query === query).map(({ docId, grade }) => [docId, grade]),
      ),
    ]),
  )
  const ndcg = metricNamed('ndcg@10')
  const runOf = (rows: readonly { queryId: string; docId: string }[]) => {
    const run = new Map<string, string[]>()
    for (const { queryId, docId } of rows) run.set(queryId, [...(run.get(queryId) ?? []), docId])
    return run
  }

  it('learns from some queries what is right for others, and does the same again', () => {
    const made = rankJudged(input)
    expect(evaluateRun(grades, runOf(made.rows), [ndcg]).means.get('ndcg@10')).toBeGreaterThan(0.9)
    expect(made.counts?.recall).toBeGreaterThan(0.9)
    expect(rankJudged(input).rows).toEqual(made.rows)
  })

  it('ranks given candidates alone, each once, and passes unknown ones over', () => {
    const candidates = new Map([
      ['camera', ['Acme-camera-', 'Acme-camera-', 'nothing', 'Acme-camera-bag']],
    ])
    const { rows } = rankJudged({ ...input, candidates })
    expect(rows.map(({ docId }) => docId).sort()).toEqual(['Acme-camera-', 'Acme-camera-bag'])
    expect(rows.map(({ rank }) => rank)).toEqual([1, 2])
  })

  it('answers hostile queries, and refuses to learn from nothing', () => {
    const hostile = [
      '',
      '\u0000\u0007',
      'a'.repeat(10_000),
      '((("',
      '日本語 カメラ',
      '🎥'.repeat(300),
    ]
    const queries = hostile.map((query, i) => ({ queryId: `${i}`, query }))
    for (const { score } of rankJudged({ ...input, queries }).rows) expect(score).not.toBeNaN()
    const unknown = [{ query: 'camera', docId: 'nothing', grade: 1 }]
    expect(() => rankJudged({ ...input, judgments: unknown })).toThrow(/catalogue/)
  })

  it('writes a run from files', async () => {
    const lines = Array.from({ length: index.capacity }, (_, doc) => index.productOf(doc)!).map(
      ({ id, values }) => JSON.stringify({ id, ...values }),
    )
    const out = join(folder, 'run.csv')
    const made = await rankJudgedFiles({
      products: fileOf('p.jsonl', lines.join('\n')),
      queries: fileOf(
        'q.csv',
        `query_id,query\n${held.map((query) => `${query},${query}`).join('\n')}`,
      ),
      train: fileOf(
        't.csv',
        `query,doc_id,grade,rater\n${train.map((row) => `${row.query},${row.docId},${row.grade},x`).join('\n')}`,
      ),
      k: 5,
      seed: 1,
      effort: 'light',
      out,
    })
    expect(readFileSync(out, 'utf8')).toMatch(/^query_id,doc_id,rank,score\n/)
    expect(made.roles).toMatch(/title/)
    const run = await readRun(out)
    expect(run.size).toBe(held.length)
    expect(evaluateRun(grades, run, [ndcg]).means.get('ndcg@10')).toBeGreaterThan(0.85)
  })
})

describe('files of judgments', () => {
  it('are read by any of the usual names of columns, from tabs as well', async () => {
    const path = fileOf('j.tsv', 'Query_ID\tquery\tdocid\tfinal_rating\nq1\ta b\t007\t3\n')
    expect(await readJudgments(path)).toEqual([{ query: 'a b', docId: '007', grade: 3 }])
    expect(await readGrades(path)).toEqual(new Map([['q1', new Map([['007', 3]])]]))
    expect(await readCandidates(path)).toEqual(new Map([['q1', ['007']]]))
  })

  it('name the file, line and column at fault', async () => {
    const bad = fileOf('bad.csv', 'query,doc_id,grade\na,1,2\nb,2,high\n')
    await expect(readJudgments(bad)).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_VALUE',
      place: { file: 'bad.csv', line: 3, column: 'grade', value: 'high' },
    })
    const header = fileOf('header.csv', 'text,doc_id,grade\na,1,2\n')
    await expect(readJudgments(header)).rejects.toMatchObject({ code: 'ERR_FEED_BAD_HEADER' })
    const twice = fileOf('twice.csv', 'query_id,query\n1,a\n1,b\n')
    await expect(readQueries(twice)).rejects.toMatchObject({
      place: { line: 3, column: 'query_id' },
    })
    const empty = fileOf('empty.csv', 'query_id,query\n')
    await expect(readQueries(empty)).rejects.toMatchObject({ code: 'ERR_FEED_EMPTY' })
    await expect(readQueries(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'ERR_FEED_NO_FILE',
    })
  })
})
