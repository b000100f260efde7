import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorkerPool, moduleBeside } from './workers.ts'

const ERRORS = new URL('./errors.ts', import.meta.url).href
const SOURCE = `
import { threadId } from 'node:worker_threads'
import { StorewrightError } from '${ERRORS}'
export const double = (values) => ({ values: values.map((v) => 2 * v), threadId })
export const fail = () => {
  throw new StorewrightError('ERR_PANEL', 'no bread', { line: 7, next: 'Bake some.' })
}
export const crash = () => undefined.bread
export const die = () => process.exit(3)
export const wait = () => new Promise((resolve) => setTimeout(resolve, 20_000))
`

describe('createWorkerPool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-workers-'))
  const module = pathToFileURL(join(folder, 'work.mjs'))
  const pool = createWorkerPool(2)

  beforeAll(() => writeFileSync(module, SOURCE))
  afterAll(async () => {
    await pool.close()
    rmSync(folder, { recursive: true })
  })

  it('runs a named function of a module in another thread', async () => {
    const result = await pool.run<Float64Array, { values: Float64Array; threadId: number }>(
      module,
      'double',
      Float64Array.of(1, 2, 3),
    )
    expect(result.values).toEqual(Float64Array.of(2, 4, 6))
    expect(result.threadId).toBeGreaterThan(0)
  })

  it('hands on what the function threw, with its code', async () => {
    const error = { code: 'ERR_PANEL', message: 'no bread', place: { line: 7 }, next: 'Bake some.' }
    await expect(pool.run(module, 'fail', 1)).rejects.toMatchObject(error)
    await expect(pool.run(module, 'crash', 1)).rejects.toThrow(/bread/)
    await expect(pool.run(module, 'absent', 1)).rejects.toMatchObject({ code: 'ERR_INTERNAL' })
  })

  it('says that a worker died', async () => {
    await expect(pool.run(module, 'die', 1)).rejects.toMatchObject({ code: 'ERR_WORKER' })
  })

  it('stops work when its signal is aborted', async () => {
    const stop = new AbortController()
    const work = pool.run(module, 'wait', 1, stop.signal)
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})

describe('moduleBeside', () => {
  it('ends as the asking module does', () => {
    expect(moduleBeside('file:///tree/src/demand/sharded.ts', './shard').href).toBe(
      'file:///tree/src/demand/shard.ts',
    )
    expect(moduleBeside('file:///dist/demand/sharded.js', './shard').href).toBe(
      'file:///dist/demand/shard.js',
    )
  })
})
