import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../../core/panel.ts'
import { createRandom } from '../../../core/random/random.ts'
import { netForecaster } from '../net-forecaster.ts'
import { type KeptNet, type NetShelf, packNets, unpackNets, warmMembers } from './kept.ts'

const END = 140
const SETTINGS = { 'demand.net-steps': 40 }
const LEVELS = Float64Array.from([0.1, 0.5, 0.9])

function panel(kinds: number): Panel {
  const random = createRandom('kept')
  const rows = Array.from({ length: 30 }, (_, i) => ({
    id: `s${i}`,
    firstBucket: 0,
    values: Float64Array.from({ length: END + 20 }, (_v, t) =>
      Math.max(0, (4 + (i % 5)) * (t % 7 === 2 ? 3 : 1) + random.normal()),
    ),
  }))
  const dictionary = Array.from({ length: kinds }, (_, k) => `kind ${k}`)
  const codes = Int32Array.from({ length: 30 }, (_, i) => i % kinds)
  const made = panelOf(rows, { frequency: 'D' })
  return { ...made, statics: { kind: { kind: 'category', codes, dictionary } } }
}

async function fit(given: Panel, trainEnd: number, earlier: readonly KeptNet[] = []) {
  const kept: KeptNet[] = []
  const nets: NetShelf = { earlier, keep: (net) => kept.push(net) }
  const parameters = { trainEnd, horizon: 7, settings: SETTINGS, nets }
  const fitted = await netForecaster('conv').fit(given, parameters)
  return { kept, mean: fitted.predict(trainEnd, 7, LEVELS).mean }
}

describe('nets kept from an earlier run', () => {
  const given = panel(3)

  it('are the start of the next training, and go on from there', async () => {
    const first = await fit(given, END)
    expect(first.kept).toMatchObject([{ name: 'mqcnn', trainEnd: END }])
    const fresh = await fit(given, END + 1)
    const warm = await fit(given, END + 1, first.kept)
    expect(warm.mean).not.toEqual(fresh.mean)
    expect(warm.mean.every(Number.isFinite)).toBe(true)
    const again = await fit(given, END + 1, unpackNets(packNets(first.kept)))
    expect(again.mean).toEqual(warm.mean)
  })

  it('are left alone where they have seen what is to be judged, or another shape', async () => {
    const { kept } = await fit(given, END)
    const early = await fit(given, END - 10)
    expect((await fit(given, END - 10, kept)).mean).toEqual(early.mean)
    const other = panel(4)
    const fresh = await fit(other, END)
    expect((await fit(other, END, kept)).mean).toEqual(fresh.mean)
  })

  it('are the newest of the same name and layout that know no more', () => {
    const net = (name: string, trainEnd: number, layout: string) => {
      return { name, trainEnd, layout, members: [Uint8Array.of(trainEnd)] }
    }
    const earlier = [net('a', 5, 'x'), net('a', 7, 'x'), net('a', 9, 'x'), net('b', 8, 'x')]
    const shelf = { earlier, keep: () => {} }
    expect(warmMembers(shelf, 'a', 'x', 8)).toEqual([Uint8Array.of(7)])
    expect(warmMembers(shelf, 'a', 'y', 8)).toEqual([])
    expect(warmMembers(shelf, 'a', 'x', 4)).toEqual([])
    expect(warmMembers(undefined, 'a', 'x', 8)).toEqual([])
  })

  it('say so where a file is damaged', () => {
    const bytes = packNets([{ name: 'a', trainEnd: 1, layout: 'x', members: [Uint8Array.of(1)] }])
    expect(unpackNets(bytes)[0]!.members).toEqual([Uint8Array.of(1)])
    expect(() => unpackNets(bytes.subarray(0, bytes.length - 1))).toThrow(/damaged/)
    expect(() => unpackNets(Uint8Array.of(1, 2))).toThrow(/damaged/)
  })
})
