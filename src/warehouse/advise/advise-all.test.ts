import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { Action, ActionKind, Adviser, Workload } from '../types.ts'
import { adviseAll } from './advise-all.ts'

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:')
})
afterAll(() => db.close())

const workload: Workload = {
  fromMs: 0,
  toMs: 86_400_000,
  templates: ['a', 'b', 'c'].map((fingerprint) => ({
    template: { fingerprint, sql: fingerprint, kind: 'select', tables: ['t'] },
    count: 10,
    failures: 0,
    totalCpuMs: 1000,
    p50CpuMs: 100,
    p95CpuMs: 100,
    firstAt: 0,
    lastAt: 1,
    sample: [],
  })),
}

const action = (
  actionId: string,
  kind: ActionKind,
  fingerprints: readonly string[],
  savedCpuMsPerDay: number,
  storageBytes: number,
  buildCpuMs = 0,
): Action => ({
  actionId,
  kind,
  target: actionId,
  summary: '',
  reasons: [],
  fingerprints,
  predicted: { savedCpuMsPerDay, upkeepCpuMsPerDay: 10, buildCpuMs, storageBytes },
  apply: [],
  undo: [],
  definition: '{}',
})

/** Proposes those of its actions that serve a template it is shown, and remembers what it was shown. */
function adviserOf(kind: ActionKind, actions: readonly Action[]): Adviser & { shown: string[] } {
  const shown: string[] = []
  return {
    kind,
    shown,
    advise: ({ templates }) => {
      const seen = templates.map(({ template }) => template.fingerprint)
      shown.push(...seen)
      const fitting = actions.filter((a) => a.fingerprints.some((f) => seen.includes(f)))
      return Promise.resolve({ actions: fitting, refusals: [] })
    },
  }
}

const options = {
  seed: 1,
  now: 0,
  storageBytes: 100,
  standing: [],
  horizonDays: 7,
  leftAlone: new Set<string>(),
}

describe('adviseAll', () => {
  it('takes what saves most within the storage, and says why the rest is not', async () => {
    const views = adviserOf('view', [
      action('large', 'view', ['a'], 900, 90),
      action('small', 'view', ['b'], 500, 20),
      action('idle', 'view', ['c'], 5, 1),
      action('slow', 'view', ['c'], 20, 1, 1000),
    ])
    const advice = await adviseAll(workload, db, [views], options)
    expect(advice.actions.map(({ actionId }) => actionId)).toEqual(['large'])
    expect(advice.refusals.map(({ target, reason }) => `${target}: ${reason}`)).toEqual([
      'small: takes 20 bytes; 10 bytes of the storage limit are left',
      'idle: saves 5 ms a day and costs 10 ms a day to keep',
      'slow: pays back after 100 days, more than the 7 asked for',
    ])
  })
  it('counts what stands against the limit', async () => {
    const standing = [action('there', 'view', [], 100, 95)]
    const views = adviserOf('view', [action('small', 'view', ['b'], 500, 20)])
    expect((await adviseAll(workload, db, [views], { ...options, standing })).actions).toEqual([])
  })
  it('shows advisers of views only what was asked again', async () => {
    const views = adviserOf('view', [])
    const layouts = adviserOf('layout', [])
    const [first, ...others] = workload.templates
    const once = { ...workload, templates: [{ ...first!, count: 1 }, ...others] }
    await adviseAll(once, db, [views, layouts], options)
    expect(views.shown).toEqual(['b', 'c'])
    expect(layouts.shown).toEqual(['a', 'b', 'c'])
  })
  it('shows later advisers only what views do not serve and no one wants left alone', async () => {
    const views = adviserOf('view', [action('v', 'view', ['a'], 900, 10)])
    const layouts = adviserOf('layout', [action('l', 'layout', ['a', 'c'], 300, 0)])
    const leftAlone = new Set(['b'])
    const advice = await adviseAll(workload, db, [views, layouts], { ...options, leftAlone })
    expect(views.shown).toEqual(['a', 'c'])
    expect(layouts.shown).toEqual(['c'])
    expect(advice.actions.map(({ actionId }) => actionId)).toEqual(['v', 'l'])
    expect(advice.refusals).toEqual([
      { kind: 'plan', target: 'b', reason: 'a person wants it left alone' },
    ])
  })
  it('goes on without an adviser that fails, and says so; stopped, it stops', async () => {
    const broken: Adviser = {
      kind: 'view',
      advise: () => Promise.reject(new Error('DuckDB refused a statement')),
    }
    const layouts = adviserOf('layout', [action('l', 'layout', ['a'], 300, 0)])
    const advice = await adviseAll(workload, db, [broken, layouts], options)
    expect(advice.actions.map(({ actionId }) => actionId)).toEqual(['l'])
    expect(advice.refusals).toEqual([
      {
        kind: 'view',
        target: 'all statements',
        reason: 'looking for one failed: DuckDB refused a statement',
      },
    ])
    const controller = new AbortController()
    const stopping: Adviser = {
      kind: 'view',
      advise: () => {
        controller.abort()
        return Promise.reject(new Error('interrupted'))
      },
    }
    const { signal } = controller
    await expect(
      adviseAll(workload, db, [stopping, layouts], { ...options, signal }),
    ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})
