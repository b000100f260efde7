import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { prepareTreeData, type TreeData, trainTrees, trainTreesParallel } from './index.ts'

function wideTask(rows: number): TreeData {
  const random = createRandom('wide')
  const numbers = Array.from({ length: 20 }, (_, f) => ({
    name: `n${f}`,
    kind: 'number' as const,
    values: Float32Array.from({ length: rows }, () =>
      f % 3 === 0 ? random.int(9) : random.normal(),
    ),
  }))
  const shops = { name: 'shop', kind: 'category' as const, values: new Int32Array(rows) }
  const target = Float64Array.from({ length: rows }, (_, i) => {
    shops.values[i] = random.int(30)
    const bump = shops.values[i]! % 4
    return numbers[1]!.values[i]! * numbers[2]!.values[i]! + bump + random.normal()
  })
  return { rows, features: [...numbers, shops], target }
}

describe('trainTreesParallel', () => {
  it('gives the same model, bit for bit, on 1, 2 and 3 threads', async () => {
    const data = wideTask(2000)
    const cases = [
      { objective: { kind: 'squared' }, rounds: 12, rowFraction: 0.7, columnFraction: 0.5 },
      { objective: { kind: 'quantile', levels: [0.1, 0.5, 0.9] }, rounds: 8 },
    ] as const
    for (const parameters of cases) {
      const alone = trainTrees(data, parameters).toBytes()
      for (const threads of [1, 2, 3]) {
        const model = await trainTreesParallel(data, parameters, { threads })
        expect(model.toBytes()).toEqual(alone)
      }
    }
  })

  it('trains twice at once on the same prepared features', async () => {
    const data = wideTask(600)
    const features = prepareTreeData(data.features as Parameters<typeof prepareTreeData>[0])
    const parameters = { objective: { kind: 'squared' }, rounds: 5 } as const
    const both = await Promise.all([
      trainTreesParallel({ ...data, features }, parameters),
      trainTreesParallel({ ...data, features }, parameters),
    ])
    expect(both[0].toBytes()).toEqual(both[1].toBytes())
    expect(both[0].predict(features)).toEqual(both[1].predict(data.features as never))
  })

  it('stops when asked', async () => {
    const stop = new AbortController()
    const training = trainTreesParallel(
      wideTask(500),
      { objective: { kind: 'squared' }, rounds: 1e6 },
      { signal: stop.signal },
    )
    setTimeout(() => stop.abort(), 50)
    await expect(training).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})
