import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-linked-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('leaves packages alone that a linked node_modules leads to', () => {
  const clone = join(folder, 'clone')
  const shared = join(folder, 'shared')
  mkdirSync(join(clone, 'scripts'), { recursive: true })
  mkdirSync(join(shared, 'left-pad'), { recursive: true })
  const script = join(clone, 'scripts', 'ensure-installed.mjs')
  cpSync(join(import.meta.dirname, '../../scripts/ensure-installed.mjs'), script)
  const packages = { '': {}, 'node_modules/missing': { version: '1.0.0' } }
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }))
  symlinkSync(shared, join(clone, 'node_modules'))
  // Without npm on its path the test cannot install anything, whatever the script does.
  const { status, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { PATH: '' },
  })
  expect(status).toBe(1)
  expect(stderr).toContain('is a link')
  expect(readdirSync(shared)).toEqual(['left-pad'])
})
