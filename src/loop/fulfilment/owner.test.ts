import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ownFulfilment } from './owner.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-owner-'))
const file = join(folder, 'owner')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('lets one process keep a store, says which, and lets go', () => {
  const letGo = ownFulfilment(folder)
  expect(readFileSync(file, 'utf8').trim()).toBe(String(process.pid))
  expect(() => ownFulfilment(folder)).toThrow(new RegExp(`process ${process.pid} keeps`))
  letGo()
  expect(existsSync(file)).toBe(false)
  ownFulfilment(folder)()
})

it('respects another process while it lives, and takes over from one that died', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  writeFileSync(file, `${other.pid}\n`)
  expect(() => ownFulfilment(folder)).toThrow(
    expect.objectContaining({ code: 'ERR_STORE_BUSY', next: expect.stringMatching(/API/) }),
  )
  const isOver = new Promise((resolve) => other.once('exit', resolve))
  other.kill('SIGKILL')
  await isOver
  ownFulfilment(folder)()
})

it('takes over a file that a crash left empty', () => {
  writeFileSync(file, '')
  ownFulfilment(folder)()
  expect(existsSync(file)).toBe(false)
})
