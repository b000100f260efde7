import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Field, Product } from '../catalogue/product.ts'
import { createIndex, openIndex } from './door.ts'
import type { SearchIndex, TextOptions } from './types.ts'

const FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'brand', role: 'brand' },
  { name: 'text', role: 'text' },
  { name: 'price', role: 'price' },
  { name: 'sold', role: 'popularity' },
]

const product = (id: string, title: string, more: Product['values'] = {}): Product => ({
  id,
  values: { title, ...more },
})

const SHOP: readonly Product[] = [
  product('a', 'Blu-ray player', { brand: 'Sony', price: 80 }),
  product('b', 'Philips SPA2600/00 speakers', { brand: 'Philips', price: 50 }),
  product('c', 'The Who', { text: 'Live at Leeds on CD', price: 12 }),
  product('d', 'USB stick 8 GB', { brand: 'SanDisk', price: 9 }),
  product('e', 'Wireless headphones', { brand: 'Sony', text: 'Over the ear', price: 120 }),
  product('f', 'It', { text: 'A film', price: 10 }),
  product('g', 'Wi-Fi router', { brand: 'Netgear', price: 60 }),
]

function shop(products = SHOP): SearchIndex {
  const index = createIndex(FIELDS)
  index.add(products)
  return index
}

function ids(index: SearchIndex, query: string, options: Partial<TextOptions> = {}): string[] {
  const { docs } = index.top(index.analyze(query), { count: 10, ...options })
  return [...docs].map((doc) => index.idOf(doc)!)
}

describe('an index', () => {
  it('finds what is written in another way', () => {
    const index = shop()
    for (const query of ['bluray', 'blu ray', 'BLU-RAY players', 'blurays']) {
      expect(ids(index, query)[0]).toBe('a')
    }
    for (const query of ['spa2600/00', 'spa2600', 'SPA260000'])
      expect(ids(index, query)).toEqual(['b'])
    expect(ids(index, '8gb')).toEqual(['d'])
    expect(ids(index, '8 gigabytes')).toEqual(['d'])
    expect(ids(index, 'wifi')).toEqual(['g'])
    expect(ids(index, 'wi fi')).toEqual(['g'])
  })

  it('finds titles made of stop words', () => {
    const index = shop()
    expect(ids(index, 'the who')[0]).toBe('c')
    expect(ids(index, 'it')[0]).toBe('f')
  })

  it('corrects words that no product has, and only when asked', () => {
    const index = shop()
    expect(ids(index, 'hedphones')).toEqual([])
    expect(ids(index, 'hedphones', { typos: true })).toEqual(['e'])
    expect(ids(index, 'haedpohnes', { typos: true })).toEqual(['e'])
  })

  it('follows an unfinished word', () => {
    const index = shop()
    const { docs } = index.top(index.analyze('headp', { unfinished: true }), { count: 5 })
    expect([...docs].map((doc) => index.idOf(doc))).toEqual(['e'])
  })

  it('matches all words, allowed documents, weights and counts', () => {
    const index = shop()
    expect(ids(index, 'sony player')).toEqual(['a', 'e'])
    expect(ids(index, 'sony player', { match: 'all' })).toEqual(['a'])
    expect(ids(index, 'sony', { allowed: index.filter([{ field: 'price', from: 100 }]) })).toEqual([
      'e',
    ])
    expect(ids(index, 'sony', { count: 1 })).toHaveLength(1)
    expect(ids(index, 'sony', { count: 0 })).toEqual([])
    expect(() => ids(index, 'sony', { weights: { colour: 1 } })).toThrow('no text field colour')
  })

  it('keeps numbers and products through updates and removals', () => {
    const index = shop()
    const doc = index.docOf('a')
    index.add([product('a', 'DVD player', { price: 30 })])
    expect(index.docOf('a')).toBe(doc)
    expect(index.productOf(doc)).toEqual(product('a', 'DVD player', { price: 30 }))
    expect(ids(index, 'bluray')).toEqual([])
    expect(index.remove(['a', 'nobody'])).toBe(1)
    expect(index.idOf(doc)).toBeUndefined()
    expect(index.size).toBe(SHOP.length - 1)
    expect(ids(index, 'dvd')).toEqual([])
  })

  it('refuses bad products whole', () => {
    const index = shop()
    const bad = [product('x', 'new'), product('', 'no id')]
    expect(() => index.add(bad)).toThrow('id')
    expect(index.size).toBe(SHOP.length)
    expect(() => index.add([product('y', 'new', { price: Number.NaN })])).toThrow('price')
    expect(() => index.add([product('y', 'new', { price: 'dear' })])).toThrow('no number')
  })

  it('is the same after saving and opening', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'search-index-'))
    try {
      const index = shop()
      index.remove(['g'])
      await index.save(join(folder, 'index'))
      const opened = await openIndex(join(folder, 'index'))
      for (const query of ['sony', 'bluray player', 'the who', 'router']) {
        expect(ids(opened, query)).toEqual(ids(index, query))
      }
      opened.add([product('z', 'Blu-ray recorder')])
      expect(ids(opened, 'recorder')).toEqual(['z'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('works as the README says', () => {
    const index = createIndex(FIELDS.slice(0, 4), {
      languages: ['en'],
      synonyms: 'tv, television set',
    })
    index.add([product('7', 'Blu-ray player', { brand: 'Sony', price: 80 })])
    const { docs } = index.top(index.analyze('bluray plaer'), { count: 10, typos: true })
    expect(index.productOf(docs[0]!)?.id).toBe('7')
  })

  it('follows synonyms of several words, weighs them less, and replaces where told', () => {
    const index = createIndex(FIELDS, { synonyms: 'tv, television set\nnotebook => laptop' })
    index.add([
      product('a', 'Television set'),
      product('b', 'Television stand, set of two'),
      product('c', 'TV'),
      product('d', 'Notebook, lined'),
      product('e', 'Laptop'),
    ])
    expect(ids(index, 'tv')).toEqual(['c', 'a'])
    expect(ids(index, 'notebook')).toEqual(['e'])
  })

  it('measures what it finds', () => {
    const index = shop()
    const query = index.analyze('sony headphones')
    const docs = Int32Array.of(index.docOf('e'), index.docOf('a'))
    const rows = index.measure(query, docs)
    const at = (row: number, name: string) =>
      rows[row * index.textMeasures.length + index.textMeasures.indexOf(name)]
    expect(at(0, 'all:matched')).toBe(2)
    expect(at(1, 'all:matched')).toBe(1)
    expect(at(0, 'title:first')).toBe(1)
    expect(at(0, 'brand:cover')).toBe(0.5)
    expect(at(0, 'all:bm25')).toBeGreaterThan(at(1, 'all:bm25')!)
  })
})
