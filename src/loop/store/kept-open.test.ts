import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepForReading, letGo, takeForReading, unwant, want } from './kept-open.ts'

let path = ''
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-kept-'))
  mkdirSync(join(folder, 'shop'))
  path = join(folder, 'shop', 'store.duckdb')
  writeFileSync(path, 'x')
})
afterEach(() => {
  letGo(path)
  rmSync(join(path, '..', '..'), { recursive: true, force: true })
})

function openOne() {
  const one = {
    isClosed: false,
    close() {
      one.isClosed = true
    },
  }
  return one
}

describe('keepForReading', () => {
  it('gives back what it keeps, once, and closes it when its time is over', async () => {
    const one = openOne()
    keepForReading(path, one, 60)
    expect(takeForReading(path)).toBe(one)
    expect(takeForReading(path)).toBeUndefined()
    expect(one.isClosed).toBe(false)
    keepForReading(path, one, 60)
    await pause(200)
    expect(one.isClosed).toBe(true)
    expect(takeForReading(path)).toBeUndefined()
    const other = openOne()
    keepForReading(path, other, 0)
    expect(other.isClosed).toBe(true)
  })

  it('lets go when somebody wants to write, and keeps nothing meanwhile', async () => {
    const one = openOne()
    keepForReading(path, one, 10_000)
    want(path)
    await pause(250)
    expect(one.isClosed).toBe(true)
    const other = openOne()
    keepForReading(path, other, 10_000)
    expect(other.isClosed).toBe(true)
    unwant(path)
    const third = openOne()
    keepForReading(path, third, 10_000)
    expect(takeForReading(path)).toBe(third)
  })

  it('does not give one file for another of its name', () => {
    const one = openOne()
    keepForReading(path, one, 10_000)
    renameSync(path, `${path}.old`)
    writeFileSync(path, 'y')
    expect(takeForReading(path)).toBeUndefined()
    expect(one.isClosed).toBe(true)
  })
})
