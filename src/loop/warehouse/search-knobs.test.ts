import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KnobSettings, listKnobs } from '../../core/knobs.ts'
import { multiplyCpu } from '../../core/testing/priced.ts'
import { design, type settings } from '../../warehouse/index.ts'
import { storePaths } from '../store/paths.ts'
import { initStore, storeSettings, withDatabase } from '../store/store.ts'
import { adviseStore } from './advise-store.ts'
import { keepFound, searchStoreKnobs, speedAction } from './search-knobs.ts'
import { openServing } from './serving.ts'
import { readAsked } from './watching.ts'

const LOOK = 'warehouse.look-after'
const UNION = 'warehouse.view-union-share'
let folder = ''
const asItIs = multiplyCpu(10)
beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-knobs-')), 'shop')
  await initStore(folder, { name: 'shop' })
  write('[knobs]', '[warehouse]\nmode = "automatic"\n[knobs]')
  await withDatabase(folder, 'write', (db) =>
    db.run(`INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents)
      SELECT 'o' || i, 1, 'p' || i % 40, 1 + hash(i) % 9, 100 + hash(i + 1) % 900 FROM range(900000) r(i)`),
  )
})
afterAll(() => {
  asItIs()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const path = () => storePaths(folder).database
function write(from: string, to: string): void {
  const { settings } = storePaths(folder)
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(from, to))
}
const ask = (least: number) =>
  withDatabase(folder, 'read', (db) =>
    db.rows(
      `SELECT product_id, sum(quantity) AS n FROM order_lines
        WHERE quantity >= $1 GROUP BY product_id ORDER BY product_id`,
      [least],
    ),
  )

/** Knobs under which the store's door serves. */
async function serving(): Promise<KnobSettings> {
  let seen: KnobSettings = {}
  await withDatabase(folder, 'read', (_, plain) =>
    openServing(plain, {
      ...{ path: path(), mode: 'read', knobs: storeSettings(folder).knobs },
      watch: { onStatement: () => {}, observe: () => {} },
      under: (standing) => {
        seen = standing
        return standing
      },
    }),
  )
  return seen
}

const options = { now: 2000, seed: 1, by: 'me', isApplied: false }
const found = (set: KnobSettings): Extract<settings.KnobsOutcome, { found: unknown }> => ({
  ...{ set, out: 0 },
  found: {
    ...{ assignment: {}, searchGain: 0.3, gain: 0.2, interval: [0.1, 0.3] as const },
    ...{ cpuGain: 0.2, wallGain: 0.1, isSure: true, judged: 12 },
  },
})
const actionOf = (set: KnobSettings) =>
  speedAction(found(set), {
    ...{ workload: readAsked(path())!, written: storeSettings(folder).knobs },
    ...{ standing: {}, buildCpuMs: 1 },
  })
const decision = { by: 'me', now: 9000 }
const writing = <T>(work: Parameters<typeof withDatabase<T>>[2]) =>
  withDatabase(folder, 'write', work)

describe('knobs of speed of a store', () => {
  it('are not searched where nothing stands', async () => {
    const before = await searchStoreKnobs(folder, { ...options, seconds: 5 })
    expect(before.reason).toMatch(/nothing was asked|no view and no plan/)
  })

  it('are searched on its own questions, within the time, and told why none is set', async () => {
    for (let i = 0; i < 40; i++) await ask(1 + (i % 8))
    await adviseStore(folder, { now: 1000, isForced: true })
    const actions = await withDatabase(folder, 'read', design.readActions)
    expect(actions.map(({ kind, status }) => `${kind} ${status}`)).toContain('view applied')
    const asked = readAsked(path())!.templates.length
    // No knob gains as much as that, however a busy machine measures.
    write('[knobs]', '[knobs]\n"warehouse.settings-least-gain" = 1')
    // Time passes by looks at the clock alone.
    let at = 0
    const clock = () => {
      at += 670
      return at
    }
    const done = await searchStoreKnobs(folder, { ...options, seconds: 200, clock })
    expect(at).toBeLessThan(220_000)
    expect(done.tried).toEqual(expect.arrayContaining([LOOK, UNION, 'warehouse.steering-rent']))
    expect(done.tried).not.toContain('search.maximum-impact-cache')
    expect(done.out).toBe(0)
    expect(done.action).toBeUndefined()
    expect(done.reason).toBeTruthy()
    // What is asked to try knobs is no one's question.
    expect(readAsked(path())!.templates.length).toBe(asked)
    const stop = AbortSignal.abort()
    const stopped = searchStoreKnobs(folder, { ...options, seconds: 200, clock, signal: stop })
    await expect(stopped).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    write('\n"warehouse.settings-least-gain" = 1', '')
  })

  it('hold once they are applied, and are taken back by undo', async () => {
    const before = await withDatabase(folder, 'read', design.readActions)
    expect((await serving())[LOOK]).toBeUndefined()
    const action = actionOf({ [LOOK]: 32 })
    expect(action).toMatchObject({
      ...{ kind: 'knob', summary: expect.stringContaining(`${LOOK} = 32 (was `) },
      predicted: { savedCpuMsPerDay: expect.any(Number) },
    })
    expect(action.predicted.savedCpuMsPerDay).toBeCloseTo(1.5 * action.measured!.savedCpuMsPerDay)
    const asked = readAsked(path())!.templates.length
    expect(await keepFound(folder, action, options)).toEqual({ status: 'proposed' })
    // What keeping it asks is no one's question.
    expect(readAsked(path())!.templates.length).toBe(asked)
    expect((await serving())[LOOK]).toBeUndefined()
    expect(await keepFound(folder, action, { ...options, isApplied: true })).toEqual({
      status: 'applied',
    })
    expect((await serving())[LOOK]).toBe(32)
    expect(await ask(5)).toHaveLength(40)
    // Other actions stand as they stood.
    const after = await withDatabase(folder, 'read', design.readActions)
    expect(after.filter(({ actionId }) => actionId !== action.actionId)).toEqual(before)
    const again = await keepFound(folder, action, { ...options, isApplied: true })
    expect(again.reason).toMatch(/stands already/)
    // The last that was applied comes last.
    const other = actionOf({ [LOOK]: 2, [UNION]: 4 })
    await keepFound(folder, other, { ...options, now: 3000, isApplied: true })
    expect(await serving()).toMatchObject({ [LOOK]: 2, [UNION]: 4 })
    await writing((db) => design.undo(db, other.actionId, decision))
    expect((await serving())[LOOK]).toBe(32)
    // What a person writes later comes first.
    write('[knobs]', `[knobs]\n"${LOOK}" = 64`)
    expect((await serving())[LOOK]).toBe(64)
    await writing((db) => design.undo(db, action.actionId, decision))
    expect((await serving())[LOOK]).toBe(64)
  })

  it('are not set where a person refused that', async () => {
    const action = actionOf({ [UNION]: 0 })
    await keepFound(folder, action, options)
    await writing((db) => design.decide(db, action.actionId, 'refused', decision))
    const again = await keepFound(folder, action, { ...options, isApplied: true })
    expect(again.reason).toMatch(/was refused by hand/)
    expect((await serving())[UNION]).toBeUndefined()
  })
})

describe('knobs that are marked as of speed', () => {
  it('are those that were looked at: a new one is looked at too, whether it leaves results alone', () => {
    const looked = [
      ...['search.maximum-impact-cache', 'warehouse.keep-open-milliseconds', LOOK, UNION],
      ...['', '-gain', '-least', '-risk'].map((which) => `warehouse.steering-rent${which}`),
      'warehouse.steering-switch',
    ]
    const marked = listKnobs().flatMap(({ name, speed }) => (speed === true ? [name] : []))
    expect(marked.filter((name) => !looked.includes(name))).toEqual([])
    expect(marked).toEqual(expect.arrayContaining([LOOK, UNION, 'warehouse.steering-switch']))
  })
})
