// Mean average precision of plain BM25 on two judged text collections, with the defaults of the
// index: nothing is set for either collection.
import { join } from 'node:path'
import { averagePrecision } from '../src/search/evaluate/metrics.ts'
import { createIndex } from '../src/search/index/door.ts'
import type { TextOptions } from '../src/search/index/types.ts'
import { dataFolder, meanInterval, printFigure, rounded } from './figure.ts'
import { type JudgedCollection, readCacm, readCranfield } from './search-classic/data.ts'

const DEPTH = 1000

const folder = join(dataFolder(), 'search')
report('cacm', readCacm(join(folder, 'cacm')), 0.31)
report('cranfield', readCranfield(join(folder, 'cranfield')), undefined)

function report(name: string, collection: JudgedCollection, target: number | undefined): void {
  // One field of title and abstract, as the published runs index them.
  const index = createIndex([{ name: 'text', role: 'text' }])
  index.add(
    collection.documents.map(({ id, title, text }) => ({
      id,
      values: { text: `${title}\n${text}` },
    })),
  )
  const judged = collection.queries.filter(({ id }) => collection.relevant.has(id))
  const variants: readonly (readonly [string, Partial<TextOptions>])[] = [
    ['bm25', {}],
    ['bm25 with proximity', { proximity: true }],
  ]
  for (const [variant, options] of variants) {
    const precisions = judged.map(({ id, text }) => {
      const { docs } = index.top(index.analyze(text), { count: DEPTH, prior: 0, ...options })
      const relevant = collection.relevant.get(id)!
      const grades = Array.from(docs, (doc) => (relevant.has(index.idOf(doc)!) ? 1 : 0))
      return averagePrecision({ grades, judged: Array.from(relevant, () => 1) })
    })
    const { mean, interval } = meanInterval(precisions)
    const plain = variant === 'bm25' && target !== undefined
    printFigure({
      figure: `search-classic ${name}, ${variant}: MAP`,
      value: rounded(mean),
      unit: 'mean average precision',
      interval: [rounded(interval[0]), rounded(interval[1])],
      ...(plain ? { target: `≥ ${target}`, met: mean >= target } : {}),
      data: `${collection.documents.length} documents, ${judged.length} queries`,
    })
  }
}
