import { describe, expect, it } from 'vitest'
import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import { openDatabase } from '../../core/sql/database.ts'
import { type KnobSearch, searchKnobs, type Visit } from './knob-search.ts'
import { knobsAsSettings, recordingReads } from './knob-space.ts'

const knob = (name: string, value: number) =>
  declareKnob({
    ...{ name: `warehouse.test-${name}`, unit: 'ms', range: [0, 1000] as const, default: value },
    ...{ trades: 'For this test alone.', speed: true as const },
  })
const BLOCK = knob('block', 100)
const IDLE = knob('idle', 10)

const db = await openDatabase(':memory:')
const [asIs, other] = await Promise.all([db.answer('SELECT 1 AS a'), db.answer('SELECT 2 AS a')])
db.close()

/** A work of 10 ms of which 3 go where the block is 25; `answerUnder` says what it is answered. */
function made(
  costOf: (settings: KnobSettings, piece: number) => number,
  answerUnder: (settings: KnobSettings) => Answer = () => asIs,
): { readonly search: KnobSearch; readonly visits: () => number; readonly now: () => number } {
  let [now, visits] = [0, 0]
  const search: KnobSearch = {
    ...{ knobs: [BLOCK, IDLE], standing: {}, limitMs: 10_000, clock: () => now },
    ...{ mostCandidates: 12, leastGain: 0.03, seed: 1 },
    visit: (set, piece): Promise<Visit> => {
      const cpuMs = costOf(set, piece)
      now += cpuMs
      visits++
      const answered = [{ sql: 'SELECT a FROM t', answer: answerUnder(set) }]
      return Promise.resolve({ cpuMs, wallMs: cpuMs, answered })
    },
  }
  return { search, visits: () => visits, now: () => now }
}

/** Other for each piece, the same each time it is done. */
const uneven = (piece: number) => 10 + ((piece * 7919) % 11) / 4
const better = (set: KnobSettings, piece: number) =>
  uneven(piece) - (readKnob(BLOCK, set) === 25 ? 3 : 0)

describe('searchKnobs', () => {
  it('finds the value that is known to be best, with its gain on other work', async () => {
    const outcome = await searchKnobs(made(better).search)
    expect(outcome).toMatchObject({ set: { 'warehouse.test-block': 25 }, out: 0 })
    if (!('found' in outcome)) throw new Error(outcome.reason)
    expect(outcome.found.cpuGain).toBeGreaterThan(0.2)
    expect(outcome.found.cpuGain).toBeLessThan(0.3)
    expect(outcome.found.searchGain).toBeGreaterThan(0.2)
    expect(outcome.found.interval[0]).toBeGreaterThan(0.03)
    expect(await searchKnobs(made(better).search)).toEqual(outcome)
  })
  it('changes nothing where nothing gains beyond noise', async () => {
    let calls = 0
    const noisy = (_: KnobSettings, piece: number) =>
      uneven(piece) * (1 + ((calls++ * 31) % 17) / 100)
    expect(await searchKnobs(made(noisy).search)).toMatchObject({
      reason: expect.stringMatching(/not sure enough/),
    })
  })
  it('drops what answers otherwise, however fast', async () => {
    const differs = (set: KnobSettings) => (readKnob(BLOCK, set) === 25 ? other : asIs)
    const outcome = await searchKnobs(made(better, differs).search)
    expect(outcome).toMatchObject({ reason: expect.any(String) })
    expect(outcome.out).toBeGreaterThan(0)
  })
  it('drops what answers otherwise on work that judges alone', async () => {
    let seen = 0
    const late = (set: KnobSettings) => (readKnob(BLOCK, set) === 25 && ++seen > 60 ? other : asIs)
    expect(await searchKnobs(made(better, late).search)).toMatchObject({
      reason: expect.stringMatching(/answers a statement otherwise/),
    })
  })
  it('keeps to the time it is given, and says where that is too short', async () => {
    const long = made(better)
    await searchKnobs(long.search)
    expect(long.now()).toBeLessThan(10_100)
    const short = await searchKnobs({ ...made(better).search, limitMs: 300 })
    expect(short).toMatchObject({ reason: expect.stringMatching(/the time is too short/) })
    // Where candidates take far longer than what stands, it ends all the same.
    const slow = made((set, piece) => (Object.keys(set).length > 0 ? 2000 : uneven(piece)))
    expect(await searchKnobs(slow.search)).toMatchObject({ reason: expect.any(String) })
    expect(slow.now()).toBeLessThan(14_100)
  })
  it('stops when it is asked to', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(
      searchKnobs({ ...made(better).search, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})

describe('knobsAsSettings', () => {
  it('tries the lowest value and others in the range, never what stands', () => {
    expect(knobsAsSettings([BLOCK], {})[0]!.values).toEqual(['0', '6.25', '25', '400', '1000'])
    const standing = { 'warehouse.test-block': 0 }
    expect(knobsAsSettings([BLOCK], standing)[0]!.values).toContain('100')
    expect(knobsAsSettings([BLOCK], standing)[0]!.values).not.toContain('0')
  })
})

describe('recordingReads', () => {
  it('tells which knobs are read', () => {
    const read: string[] = []
    const settings = recordingReads({ [IDLE.name]: 7 }, (name) => read.push(name))
    expect([readKnob(IDLE, settings), readKnob(BLOCK, settings)]).toEqual([7, 100])
    expect(read).toEqual([IDLE.name, BLOCK.name])
  })
})
