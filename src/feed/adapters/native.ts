import { FEED_TABLES } from '../tables/all.ts'
import type { Adapter } from './adapter.ts'

/** The native feed: files named after the tables of docs/feed.md, columns as they are there. */
export const nativeAdapter: Adapter = {
  name: 'native',
  description: 'A folder of CSV or Parquet files, one a table of docs/feed.md.',
  singleFile: false,
  inputOf: (stem) => FEED_TABLES.find(({ name }) => name === stem),
  inputNames: FEED_TABLES.map(({ name }) => name),
  translate: async ({ inputs }) => [...inputs.values()],
}
