import type { SearchIndex, TextOptions } from '../index/types.ts'
import type { Arm } from './arm.ts'

type WordOptions = Omit<TextOptions, 'count' | 'allowed'>

interface TextArmSpec {
  readonly name: string
  readonly about: string
  readonly options: WordOptions
}

/** The ways in which words are searched, by name. */
export const TEXT_ARMS: readonly TextArmSpec[] = [
  {
    name: 'text-sum',
    about: 'Words of the query in each field on its own (sum of BM25 by field).',
    options: { scoring: 'sum', prior: 0 },
  },
  {
    name: 'text-sum-prior',
    about: 'Words of the query in each field on its own, and how wanted the product is.',
    options: { scoring: 'sum' },
  },
  {
    name: 'text-combined',
    about: 'Words of the query in all fields taken together (BM25F).',
    options: { scoring: 'combined', prior: 0 },
  },
  {
    name: 'text-combined-prior',
    about: 'Words of the query in all fields taken together, and how wanted the product is.',
    options: { scoring: 'combined' },
  },
  {
    name: 'text-proximity',
    about: 'Words of the query that stand close together and in order.',
    options: { scoring: 'sum', proximity: true },
  },
  {
    name: 'text-all',
    about: 'Products that have all words of the query.',
    options: { scoring: 'sum', match: 'all' },
  },
  {
    name: 'text-fuzzy',
    about: 'Words of the query as spelt and words spelt much like them.',
    options: { scoring: 'sum', typos: true },
  },
]

/** An arm that searches the words of `index` in the way of `spec`. */
export function createTextArm(index: SearchIndex, { name, about, options }: TextArmSpec): Arm {
  return {
    name,
    about,
    retrieve: ({ query, count, allowed }) =>
      index.top(query, { ...options, count, ...(allowed === undefined ? {} : { allowed }) }),
  }
}

/** All arms of TEXT_ARMS over `index`. */
export function createTextArms(index: SearchIndex): readonly Arm[] {
  return TEXT_ARMS.map((spec) => createTextArm(index, spec))
}
