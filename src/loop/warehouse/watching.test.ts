import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storePaths } from '../store/paths.ts'
import { initStore, withDatabase } from '../store/store.ts'
import { askingAs, readAsked, watchOf } from './watching.ts'

let folder = ''
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-watching-')), 'shop')
  await initStore(folder, { name: 'shop' })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const ask = (name: string) => withDatabase(folder, 'read', (db) => db.rows(`SELECT 1 AS "${name}"`))
const asked = (name: string) =>
  readAsked(storePaths(folder).database)?.templates.find(({ template }) =>
    template.sql.includes(name),
  )

describe('watchOf', () => {
  it('takes up what is asked beside a quiet work, and nothing that this asks itself', async () => {
    const watch = watchOf(storePaths(folder).database)
    let asksAgain = () => {}
    const told = new Promise<void>((resolve) => {
      asksAgain = resolve
    })
    const quiet = watch.quietly(async () => {
      await ask('quiet')
      await told
      await ask('quiet')
    })
    await ask('beside')
    asksAgain()
    await quiet
    await ask('after')
    expect(asked('quiet')).toBeUndefined()
    expect(asked('beside')?.count).toBe(1)
    expect(asked('after')?.count).toBe(1)
  })

  it('knows who asks in works that run beside each other and start each other', async () => {
    const works = ['nightly', 'console'] as const
    const many = Array.from({ length: 12 }, (_, i) => works[i % works.length]!)
    await Promise.all(many.map((name) => askingAs(name, () => ask(`of the ${name}`))))
    for (const name of works) {
      const runs = asked(`of the ${name}`)?.sample ?? []
      expect(runs.length).toBe(6)
      expect(new Set(runs.map(({ askedBy }) => askedBy))).toEqual(new Set([name]))
    }
  })
})
