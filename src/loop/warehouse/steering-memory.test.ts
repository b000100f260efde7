import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { steering } from '../../warehouse/index.ts'
import { steeringFile, steeringMemory } from './steering-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-memory-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('steeringMemory', () => {
  it('begins anew with a warning where the file is damaged, and is whole once something is kept', async () => {
    const path = join(folder, 'store.duckdb')
    mkdirSync(dirname(steeringFile(path)), { recursive: true })
    writeFileSync(steeringFile(path), '{"form":"storewright-steering-1","ways":{}}')
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const memory = steeringMemory(path)
    expect(memory.learned).toBeUndefined()
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('learned anew'))
    // Once a process.
    steeringMemory(path)
    expect(warned).toHaveBeenCalledTimes(1)
    warned.mockRestore()
    const db = await openDatabase(':memory:')
    const learned = { ways: steering.createWays(db, { seed: 1 }).save() }
    memory.keep(learned)
    db.close()
    expect(steeringMemory(path).learned).toEqual(learned)
    expect(steering.readMemory(steeringFile(path))).toEqual({ learned })
    expect(readFileSync(steeringFile(path), 'utf8')).toContain('storewright-steering-1')
  })
})
