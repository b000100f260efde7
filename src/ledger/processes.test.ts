import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readAll, ticks } from './ledger.contract.ts'
import type { LedgerEvent } from './ledger.ts'
import { openLedger } from './lmdb-ledger.ts'
import { runWriter } from './testing/run-writer.ts'

const base = mkdtempSync(join(tmpdir(), 'storewright-ledger-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

describe('several processes on one ledger', () => {
  it('a tail here sees what another process appends, while this one appends too', async () => {
    const folder = join(base, 'tailed')
    const ledger = openLedger(folder)
    const stop = new AbortController()
    const seen: LedgerEvent[] = []
    const tail = (async () => {
      for await (const event of ledger.tail({ from: 1, signal: stop.signal })) {
        seen.push(event)
        if (seen.length === 2_000 + 300) stop.abort()
      }
    })()
    const writer = runWriter([folder, 'child', 2_000, 16, 4])
    for (let k = 0; k < 100; k++) await ledger.append(ticks(3, 'writer.parent', 3 * k + 1))
    expect((await writer).code).toBe(0)
    await tail
    await ledger.close()
    expect(seen.map((event) => event.sequence)).toEqual(seen.map((_, k) => k + 1))
    for (const [name, count] of [
      ['writer.parent', 300],
      ['writer.child', 2_000],
    ] as const) {
      expect(seen.filter((event) => event.subject === name)).toHaveLength(count)
    }
  })

  it('two writers at once: no number twice, none missing, each append in one piece', async () => {
    const folder = join(base, 'shared')
    const runs = await Promise.all(
      ['a', 'b'].map((name) => runWriter([folder, name, 5_000, 50, 2])),
    )
    const ledger = openLedger(folder)
    const all = await readAll(ledger)
    await ledger.close()
    expect(all.map((event) => event.sequence)).toEqual(
      Array.from({ length: 10_000 }, (_, k) => k + 1),
    )
    runs.forEach(({ acknowledged }, k) => {
      expect(acknowledged).toHaveLength(100)
      for (const { first, last } of acknowledged) {
        const piece = all.slice(first - 1, last)
        expect(new Set(piece.map((event) => event.subject))).toEqual(new Set([`writer.${'ab'[k]}`]))
      }
    })
  })
})

describe('kill -9 in the middle of hundreds of thousands of appends', () => {
  it('loses nothing acknowledged, leaves a readable ledger, and can go on', async () => {
    const folder = join(base, 'killed')
    let before = 0
    // The second kill hits a ledger that has been killed once, later in its run. A writer has far more to
    // append: on a busy machine it is many acknowledgements ahead of what is read of them.
    for (const [round, killAfter] of [60_000, 130_000].entries()) {
      const run = await runWriter([folder, round, 20_000_000, 20, 8], ({ last }, child) => {
        if (last - before >= killAfter && !child.killed) child.kill('SIGKILL')
      })
      expect(run.killedBy).toBe('SIGKILL')
      before = await checkAfterKill(folder, String(round), run.acknowledged)
    }
  })
})

it.runIf(process.platform === 'linux')(
  'a full disk: the append is refused, what was acknowledged stays, appending can go on',
  async () => {
    const folder = join(base, 'full')
    // Blocks of 512 bytes (dash) or 1,024 (bash): the file may grow to 200 or 400 KB.
    const limited = ['sh', '-c', 'ulimit -f 400; exec "$@" 2>/dev/null', 'sh']
    const { acknowledged, code } = await runWriter([folder, 0, 200_000, 20, 4], undefined, limited)
    expect(code).toBe(3)
    expect(acknowledged.length).toBeGreaterThan(100)
    await checkAfterKill(folder, '0', acknowledged)
  },
)

async function checkAfterKill(
  folder: string,
  name: string,
  acknowledged: readonly { first: number; last: number }[],
): Promise<number> {
  const ledger = openLedger(folder)
  const last = await ledger.lastSequence()
  const all = await readAll(ledger)
  expect(all.length).toBe(last)
  expect(all.every((event, k) => event.sequence === k + 1)).toBe(true)
  for (const append of acknowledged) {
    const piece = all.slice(append.first - 1, append.last)
    const start = piece[0]?.time ?? Number.NaN
    const whole = piece.every(
      (event, k) => event.subject === `writer.${name}` && event.time === start + k,
    )
    if (!whole || piece.length !== append.last - append.first + 1) {
      expect.fail(`append ${append.first}–${append.last} was acknowledged and is not there whole`)
    }
  }
  const byPrefix = await readAll(ledger, { prefix: `writer.${name}` })
  expect(byPrefix).toEqual(all.filter((event) => event.subject === `writer.${name}`))
  await expect(ledger.append(ticks(1))).resolves.toEqual({ first: last + 1, last: last + 1 })
  await ledger.close()
  return last + 1
}
