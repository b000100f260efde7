import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SharedBook } from './book.ts'

it('holds counts as a map does, whichever way products gain sites', () => {
  const write = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(99), fc.nat(99), fc.nat(99))
  fc.assert(
    fc.property(fc.array(write, { maxLength: 200, size: 'max' }), (writes) => {
      const book = new SharedBook({ cells: new Int32Array(new SharedArrayBuffer(64)) })
      book.addNames(
        Array.from({ length: 31 }, (_, i) => `site-${i}`),
        Array.from({ length: 10 }, (_, i) => `product-${i}`),
      )
      const plain = new Map<string, readonly number[]>()
      for (const [product, site, ...counts] of writes) {
        book.write(book.place(product, site), ...counts)
        plain.set(`${product} ${site}`, counts)
      }
      for (let product = 0; product < 10; product++) {
        expect(book.index[2 * product]! % 16).toBe(0)
        for (let site = 0; site < 31; site++) {
          const at = book.find(product, site)
          const counts = plain.get(`${product} ${site}`)
          if (counts === undefined) expect(at).toBe(-1)
          else expect([...book.cells.subarray(at + 1, at + 4)]).toEqual(counts)
        }
      }
    }),
    { numRuns: 150, seed: 5 },
  )
})

it('says to other threads when its arrays were replaced', () => {
  const book = new SharedBook({ cells: new Int32Array(new SharedArrayBuffer(64)) })
  book.addNames(['site'], ['a', 'b'])
  const { cells, generation } = book
  book.write(book.place(0, 0), 5, 0, 0)
  expect([book.cells === cells, generation[0]]).toEqual([true, 0])
  book.write(book.place(1, 0), 7, 0, 0)
  expect([book.cells === cells, generation[0]]).toEqual([false, 1])
  expect(book.cells[book.find(0, 0) + 1]).toBe(5)
})
