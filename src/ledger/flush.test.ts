import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { checkFlushTrace, TRACED_CALLS } from './testing/flush-trace.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'storewright-ledger-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const hasStrace = spawnSync('strace', ['-V']).status === 0
if (!hasStrace && process.env['CI'] !== 'true') {
  console.warn('strace is missing: the flush traces are skipped (apt-get install strace).')
}

/** Runs a program of testing/ under strace, with `folder` as its first argument. */
function trace(program: string, name: string, ...parameters: (string | number)[]) {
  const folder = join(base, name)
  const output = join(base, `${name}.trace`)
  const path = fileURLToPath(new URL(`./testing/${program}`, import.meta.url))
  const options = ['-f', '-y', '-s', '64', '-e', `trace=${TRACED_CALLS}`, '-o', output]
  const command = [process.execPath, path, folder, ...parameters.map(String)]
  const run = spawnSync('strace', [...options, ...command], { encoding: 'utf8' })
  expect(run.error, 'strace must be installed').toBeUndefined()
  expect(run.status, run.stderr).toBe(0)
  return checkFlushTrace(readFileSync(output, 'utf8'), join(folder, 'data.mdb'))
}

// On CI a missing strace is a failure, elsewhere it skips.
const withStrace = hasStrace || process.env['CI'] === 'true' ? describe : describe.skip

withStrace('traced with strace', () => {
  it('every append is flushed to disk before it is acknowledged', () => {
    const { acknowledgements, flushes, tooEarly } = trace('writer.ts', 'alone', 'a', 1_280, 64, 1)
    expect(tooEarly).toEqual([])
    expect(acknowledgements).toBe(20)
    expect(flushes).toBeGreaterThanOrEqual(20)
  })

  it('appends that wait share a flush', () => {
    const { acknowledgements, flushes } = trace('writer.ts', 'group', 'a', 640, 1, 32)
    expect(acknowledgements).toBe(640)
    expect(flushes).toBeLessThan(160)
  })

  it('a writer that acknowledges before the flush is found out', () => {
    const { acknowledgements, tooEarly } = trace('careless-writer.ts', 'careless', 20)
    expect(acknowledgements).toBe(20)
    expect(tooEarly).toHaveLength(20)
  })
})

describe('the reader of traces', () => {
  const open = [
    '1 openat(AT_FDCWD</>, "/l/data.mdb", O_RDWR|O_CREAT, 0664) = 7</l/data.mdb>',
    '1 openat(AT_FDCWD</>, "/l/data.mdb", O_WRONLY|O_DSYNC) = 8</l/data.mdb>',
  ]
  const write = '2 pwrite64(7</l/data.mdb>, "x"..., 4096, 0) = 4096'
  const meta = '2 pwrite64(8</l/data.mdb>, "x"..., 128, 40) = 128'
  const flush = '2 fdatasync(7</l/data.mdb>) = 0'
  const acknowledge = '1 write(1</out>, "1 64\\n", 5) = 5'
  const early = (...lines: string[]) =>
    checkFlushTrace([...open, ...lines].join('\n'), '/l/data.mdb').tooEarly.length

  it('tells apart what was flushed in time and what was not', () => {
    expect(early(write, flush, meta, acknowledge)).toBe(0)
    expect(early(write, meta, acknowledge)).toBe(1)
    expect(early(flush, write, meta, acknowledge)).toBe(1)
    expect(early(write, flush, meta, write, acknowledge)).toBe(1)
    expect(early(write, flush, acknowledge, acknowledge)).toBe(1)
    expect(early(write, flush.replace('= 0', '= -1 EIO'), meta, acknowledge)).toBe(1)
  })

  it('lets a flush count from its end, and for what came before its beginning', () => {
    const start = '2 fdatasync(7</l/data.mdb> <unfinished ...>'
    const end = '2 <... fdatasync resumed>) = 0'
    expect(early(write, start, end, acknowledge)).toBe(0)
    expect(early(write, start, acknowledge, end)).toBe(1)
    expect(early(write, start, write.replace('2 ', '3 '), end, acknowledge)).toBe(1)
    const half = '2 pwrite64(8</l/data.mdb>, "x"..., 128, 40 <unfinished ...>'
    expect(early(write, flush, half, acknowledge, '2 <... pwrite64 resumed>) = 128')).toBe(1)
  })
})
