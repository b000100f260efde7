import type { JudgeRequest, RulesRequest, SearchRule } from '../../src/api/schemas/search-report.ts'
import type { SearchView } from '../../src/api/search-view.ts'
import { shopMethods } from '../../src/api/view/search-shop.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import { createMemoryLedger } from '../../src/ledger/index.ts'
import { type SearchService, searchServiceOver } from '../../src/loop/index.ts'
import { learning, policy } from '../../src/search/index.ts'
import { itemOf } from './fixture-catalog.ts'

const FIELDS = [
  { name: 'title', role: 'title' },
  { name: 'category', role: 'category' },
  { name: 'price', role: 'price' },
] as const
const NOW = Date.UTC(2011, 10, 1)

/** The search of the made-up store: the real engine over its products, and made-up reports. */
export function createFixtureSearch(productCount: number, { empty = false } = {}): SearchView {
  let service: SearchService | undefined
  const requireProducts = (): void => {
    if (!empty) return
    throw new StorewrightError('ERR_STORE_EMPTY', 'there are no products yet', {
      next: 'Run `storewright run --store gift-store`.',
    })
  }
  const now = async () => {
    requireProducts()
    service ??= openService(productCount)
    return service
  }
  let judgments: (JudgeRequest & { readonly grade: number })[] = []
  let rules: readonly SearchRule[] = []
  let on = true
  let version = 4
  const listed = (query: string) => ({ judgments: judgments.filter((one) => one.query === query) })
  const status = async () => {
    requireProducts()
    return statusOf()
  }
  const statusOf = () => ({
    sentence: `${productCount} products can be searched. Learned from 12,400 searches, the order from 310 queries with clicks. On queries left out the order is 0.031 nDCG better (0.018 to 0.044).`,
    products: productCount,
    fields: FIELDS.map((field) => ({ ...field, facet: field.name !== 'title' })),
    version,
    versions: [4, 3].map((one) => ({
      version: one,
      madeAt: `2011-10-${25 + one}T02:00:00Z`,
      sentence: 'Learned from 12,400 searches.',
      current: one === version,
    })),
    policy: {
      on,
      retreated: false,
      explored: 0.1,
      sentence: on
        ? 'It tries other arms on at most 10 % of searches. Learned from 9,120 searches.'
        : 'The learned policy is switched off: the static default answers.',
    },
    ranker: {
      features: [
        { feature: 'text', about: 'how well the words match', gain: 0.46 },
        { feature: 'arms', about: 'which ways of searching brought it, and how high', gain: 0.31 },
        { feature: 'quality', about: 'how wanted the product is', gain: 0.14 },
        { feature: 'age', about: 'how new it is', gain: 0.09 },
      ],
    },
    command: 'storewright search train --store gift-store',
  })
  return {
    ...shopMethods(now),
    status,
    async report() {
      requireProducts()
      return reportOf()
    },
    judgments: async (query) => listed(query),
    async judge(request) {
      judgments = judgments.filter(
        ({ query, productId }) => query !== request.query || productId !== request.productId,
      )
      if (request.grade !== null) judgments.push({ ...request, grade: request.grade })
      return listed(request.query)
    },
    compare: async () => ({
      sentence:
        'Over 40 queries the learned order is 0.021 better than the default one: 22 won, 9 lost.',
      measure:
        'nDCG of the first ten results, by judgments where there are any, else by clicks corrected for position',
      queries: 40,
      left: 0.712,
      right: 0.733,
      difference: { mean: 0.021, low: 0.006, high: 0.036 },
      wins: 22,
      losses: 9,
      ties: 9,
      rows: Array.from({ length: 40 }, (_, i) => ({
        query: ['lunch bag', 'bunting', 'night light', 'cake tin'][i % 4]! + (i < 4 ? '' : ` ${i}`),
        searches: 400 - 9 * i,
        left: 0.5 + ((i * 7) % 40) / 100,
        right: 0.48 + ((i * 11) % 45) / 100,
        overlap: 0.4 + (i % 6) / 10,
      })).sort((a, b) => a.right - a.left - (b.right - b.left)),
    }),
    rules: async () => ({ rules: [...rules], conflicts: [] }),
    async setRules(request: RulesRequest) {
      rules = request.rules
      return { rules: [...rules], conflicts: [] }
    },
    async switch(request) {
      if (request.version !== undefined) version = request.version
      if (request.policy !== undefined) on = request.policy === 'on'
      return status()
    },
    async close() {
      await service?.close()
    },
  }
}

function openService(productCount: number): SearchService {
  const products = Array.from({ length: Math.min(productCount, 2000) }, (_, i) => {
    const { productId, title, category, priceCents } = itemOf(i)
    return { id: productId, values: { title, category, price: priceCents / 100 } }
  })
  const models = learning.untrainedSearch({ fields: FIELDS, products, now: NOW })
  const opened = { version: 4, models, policy: policy.learnedPolicy('thompson'), note: undefined }
  let searches = 0
  return searchServiceOver(opened, createMemoryLedger({ clock: () => NOW }), {
    clock: () => NOW,
    ticks: () => 0,
    makeId: () => `q${searches++}`,
  })
}

function reportOf() {
  const day = (index: number) => ({
    day: `2011-10-${String(index + 1).padStart(2, '0')}`,
    searches: 380 + ((index * 37) % 90),
    withClick: 0.52 + 0.004 * index,
    withCart: 0.09 + 0.001 * index,
    withPurchase: 0.05 + 0.0006 * index,
    empty: 0.062 - 0.001 * index,
    reciprocalRank: 0.31 + 0.003 * index,
    explored: 0.1,
  })
  const query = (text: string, searches: number, results: number, withClick: number) => ({
    text,
    searches,
    withClick,
    meanPosition: withClick === 0 ? null : 2.4,
    results,
  })
  return {
    sentence:
      '58 % of 12,400 searches led to a click, 4.7 % found nothing. Look at “advent candle” first: 61 searches, no result.',
    all: { ...day(15), day: null, searches: 12_400 },
    days: Array.from({ length: 31 }, (_, i) => day(i)),
    unanswered: [query('advent candle', 61, 0, 0), query('gift card', 44, 0, 0)],
    unclicked: [query('red bag small', 31, 18, 0), query('mug', 25, 40, 0)],
    frequent: [query('lunch bag', 402, 34, 0.66), query('bunting', 371, 21, 0.71)],
    arms: [
      ['text-sum-prior', 1, 0.83, 0.86, 0.05],
      ['memory', 0.98, 0.41, 0.62, 0.03],
      ['vectors', 0.9, 0.55, 0.48, 0.04],
    ].map(([arm, asked, shown, clicked, alone]) => ({
      arm: String(arm),
      about: 'Words of the query in each field on its own.',
      asked: Number(asked),
      shown: Number(shown),
      clicked: Number(clicked),
      alone: Number(alone),
    })),
  }
}
