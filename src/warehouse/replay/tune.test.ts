import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../core/sql/database.ts'
import type { Parts } from '../advise/parts.ts'
import type { Action, Adviser, Rewriter } from '../types.ts'
import { replayLog } from './replay.ts'
import { tuneWith } from './tune.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-tune-'))
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${i % 50},${(i * 17) % 1000}`)
  writeFileSync(join(folder, 'sales.csv'), `id,product,units\n${rows.join('\n')}\n`)
  const log = Array.from({ length: 60 }, (_, i) =>
    i % 3 === 0
      ? 'SELECT count(*) AS n FROM sales WHERE units + sin(id) >= -2'
      : `SELECT product, sum(units) AS units FROM sales WHERE id % 1000 < ${i} GROUP BY product`,
  )
  writeFileSync(join(folder, 'log.sql'), `${log.join(';\n')};\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * The smallest possible parts: a table that holds one count, and the statement that reads it in place
 * of the count; `wrap` makes that statement as dear, or as wrong, as a test wants it.
 */
function countParts(wrap: (sql: string) => string) {
  return (db: Database): Promise<Parts> => {
    let serving: string | undefined
    const adviser: Adviser = {
      kind: 'view',
      advise: ({ templates }) => {
        const served = templates.find(({ template }) => template.sql.includes('count'))
        const action: Action = {
          actionId: 'count-of-sales',
          kind: 'view',
          target: 'count_of_sales',
          summary: 'the number of sales',
          reasons: [],
          fingerprints: [served!.template.fingerprint],
          predicted: {
            savedCpuMsPerDay: served!.totalCpuMs,
            upkeepCpuMsPerDay: 0,
            buildCpuMs: 0.01,
            storageBytes: 100,
          },
          apply: ['CREATE TABLE count_of_sales AS SELECT count(*) AS n FROM sales'],
          undo: ['DROP TABLE count_of_sales'],
          definition: '{}',
        }
        return Promise.resolve({ actions: [action], refusals: [] })
      },
    }
    const rewriter: Rewriter = {
      rewrite: ({ sql }) =>
        serving !== undefined && sql.startsWith('SELECT count')
          ? { sql: wrap('SELECT n FROM count_of_sales'), actionId: serving }
          : undefined,
      changed: () => {},
    }
    const service = {
      rewriter,
      serve: ({ actionId }: Action) => {
        serving = actionId
        return Promise.resolve()
      },
      withdraw: () => {
        serving = undefined
        return Promise.resolve()
      },
      refresh: async () => {
        await db.run('SELECT 1')
      },
    }
    return Promise.resolve({ advisers: [adviser], service })
  }
}

const replay = (wrap: (sql: string) => string) =>
  replayLog(
    {
      tables: folder,
      log: join(folder, 'log.sql'),
      trainShare: 0.5,
      scale: 10,
      seed: 1,
      verify: true,
      threads: 1,
    },
    tuneWith(countParts(wrap)),
  )

describe('tuneWith', () => {
  it('watches, applies, measures, counts all of it, and answers the same', async () => {
    const result = await replay((sql) => sql)
    expect(result.differingAnswers).toBe(0)
    expect(result.actions).toEqual([
      expect.objectContaining({ actionId: 'count-of-sales', status: 'applied' }),
    ])
    expect(result.actions[0]!.measured!.savedCpuMsPerDay).toBeGreaterThan(0)
    expect(result.upkeepCpuMs).toBeGreaterThan(0)
    expect(Object.keys(result.upkeep)).toEqual([
      'watching',
      'choosing',
      'building',
      'measuring',
      'refreshing',
    ])
    expect(result.storageBytes).toBeGreaterThan(0)
  })
  it('takes back what gains nothing', async () => {
    const result = await replay(
      (sql) => `${sql} WHERE (SELECT sum(sin(i)) FROM range(3000000) r(i)) < 9`,
    )
    expect(result.actions).toEqual([
      expect.objectContaining({ actionId: 'count-of-sales', status: 'undone' }),
    ])
    expect(result.differingAnswers).toBe(0)
  })
  it('takes back what answers otherwise', async () => {
    const result = await replay((sql) => `SELECT n + 1 AS n FROM (${sql})`)
    expect(result.actions).toEqual([
      expect.objectContaining({ actionId: 'count-of-sales', status: 'undone' }),
    ])
    expect(result.refusals).toContainEqual(
      expect.objectContaining({ reason: 'an answer differed from that of the tables' }),
    )
    expect(result.differingAnswers).toBe(0)
  })
})
