import { expect, test } from 'vitest'
import type { Field, Product } from '../../catalogue/product.ts'
import { encodeProducts } from './encode-products.ts'

const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'brand', role: 'brand' },
]
const product = (id: string, title: string): Product => ({ id, values: { title, brand: 'Acme' } })

function countingModel(fingerprint: string) {
  const read: string[] = []
  const encode = async (texts: readonly string[]) => {
    read.push(...texts)
    return texts.map((text) => Float32Array.of(text.length, 1))
  }
  return { read, model: { width: 2, fingerprint, encode, close: async () => {} } }
}

test('only products whose texts changed are encoded again, by the same model', async () => {
  const first = countingModel('a')
  const before = await encodeProducts(
    first.model,
    [product('1', 'red mug'), product('2', 'lamp'), product('3', 'gone')],
    FIELDS,
  )
  expect(first.read).toEqual(['red mug. Acme', 'lamp. Acme', 'gone. Acme'])
  const now = [product('1', 'red mug'), product('2', 'blue lamp')]
  const second = countingModel('a')
  const after = await encodeProducts(second.model, now, FIELDS, { before })
  expect(second.read).toEqual(['blue lamp. Acme'])
  expect(after.store.size).toBe(2)
  expect([...after.store.vectorOf('1')!]).toEqual([...before.store.vectorOf('1')!])
  const other = countingModel('b')
  await encodeProducts(other.model, now, FIELDS, { before })
  expect(other.read).toHaveLength(2)
})

test('a stop signal ends it', async () => {
  const stop = AbortSignal.abort()
  const work = encodeProducts(countingModel('a').model, [product('1', 'mug')], FIELDS, {
    signal: stop,
  })
  await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
})
