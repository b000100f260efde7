import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRouteSet, saveRouteSet } from './route-file.ts'
import { makeRouteSet } from './testing/made-sets.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { set } = makeRouteSet(4, {
  sites: 3,
  areas: 5,
  routes: 20,
  departures: 30,
  version: 'Süd 1',
})

describe('the file of a route set', () => {
  it('gives back the set, in shared memory', () => {
    const path = join(folder, 'routes.bin')
    saveRouteSet(path, set)
    const opened = openRouteSet(path)
    expect(opened).toEqual(set)
    expect(opened.words.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('holds an overlay without its base', () => {
    const path = join(folder, 'storm.bin')
    const storm = { ...set, version: 'storm', overlayOf: set.version, overlay: set.words.slice() }
    saveRouteSet(path, storm)
    expect(() => openRouteSet(path)).toThrow(/lies over Süd 1/)
    const opened = openRouteSet(path, set)
    expect(opened.words).toBe(set.words)
    expect(opened.overlay).toEqual(set.words)
  })

  it('finds any damage', () => {
    const path = join(folder, 'routes.bin')
    saveRouteSet(path, set)
    const bytes = readFileSync(path)
    const damaged = expect.objectContaining({ code: 'ERR_ROUTES_DAMAGED' })
    const refuses = (content: Uint8Array) => {
      writeFileSync(path, content)
      expect(() => openRouteSet(path)).toThrow(damaged)
    }
    for (const length of [0, 7, 15, 40, bytes.length - 1]) refuses(bytes.subarray(0, length))
    for (const at of [0, 9, 14, 30, 300, bytes.length - 3]) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 4
      refuses(changed)
    }
    expect(() => openRouteSet(join(folder, 'none.bin'))).toThrow(/There is no route set/)
  })
})
