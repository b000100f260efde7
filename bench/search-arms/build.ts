import {
  type Arm,
  createPopularArm,
  createRecentArm,
  createSeenProducts,
  createTextArms,
} from '../../src/search/arms/door.ts'
import type { Catalogue } from '../../src/search/catalogue/door.ts'
import type { SearchIndex } from '../../src/search/index/door.ts'
import {
  buildExpansion,
  createExpansionArm,
  createMemory,
  createMemoryArm,
  learnAskedParts,
  type MemoryAct,
  predictForNewProducts,
  type QueryMemory,
  saveExpansion,
  saveMemory,
} from '../../src/search/memory/door.ts'
import { createUnderstanding, structuredArm } from '../../src/search/understand/door.ts'
import {
  createVectorArm,
  createVectorStore,
  encodeQuery,
  fillVectors,
  type LearnedQuery,
  learnVectors,
  saveEncoder,
  withLookAlikes,
} from '../../src/search/vectors/door.ts'
import { cpuSeconds } from '../figure.ts'
import type { JudgedQuery, Session } from './sets.ts'

/** Arms that need no log. */
export function plainArms(index: SearchIndex): Arm[] {
  return [
    ...createTextArms(index),
    createPopularArm(index),
    createRecentArm(index, createSeenProducts()),
    readingArm(index),
  ]
}

/** The structured arm with the reading of the query that it needs, whose time is counted with it. */
function readingArm(index: SearchIndex): Arm {
  const understanding = createUnderstanding(index)
  const arm = structuredArm(index, understanding.slotDocs)
  return {
    ...arm,
    retrieve(request) {
      const interpretations = understanding.read(request.query)
      return arm.retrieve({ ...request, query: { ...request.query, interpretations } })
    },
  }
}

/** Judgments as what customers did: all judged products were seen, the relevant ones clicked. */
export function actsOfJudgments(index: SearchIndex, queries: readonly JudgedQuery[]): MemoryAct[] {
  return queries.flatMap(({ text, grades }) => {
    const query = index.analyze(text)
    return [...grades].flatMap(([productId, grade]): MemoryAct[] => {
      const seen: MemoryAct = { query, productId, kind: 'view', at: 0 }
      return grade > 0 ? [seen, { ...seen, kind: 'click' }] : [seen]
    })
  })
}

export function actsOfSessions(index: SearchIndex, sessions: readonly Session[]): MemoryAct[] {
  return sessions.flatMap(({ query: text, shown, clicked }) => {
    const query = index.analyze(text)
    return shown.flatMap((productId, i): MemoryAct[] => {
      const seen: MemoryAct = { query, productId, kind: 'view', position: i + 1, at: 0 }
      return clicked.includes(productId) ? [seen, { ...seen, kind: 'click' }] : [seen]
    })
  })
}

/** The arms of a memory, with predicted queries for products without history. */
export function memoryArms(
  index: SearchIndex,
  { products, fields }: Catalogue,
  memory: QueryMemory,
) {
  const productOf = new Map(products.map((product) => [product.id, product]))
  const asked = learnAskedParts(memory, fields, (id) => productOf.get(id))
  const analyze = (text: string) => index.analyze(text)
  const predicted = predictForNewProducts(memory, products, fields, asked, { now: 0, analyze })
  const expansion = buildExpansion(memory, 0)
  return {
    arms: [createMemoryArm(index, memory, predicted), createExpansionArm(index, expansion)],
    bytes: {
      memory: saveMemory(memory).length,
      predictions: saveMemory(predicted).length,
      expansion: saveExpansion(expansion).length,
    },
  }
}

export function memoryOf(acts: Iterable<MemoryAct>, examination?: readonly number[]): QueryMemory {
  const memory = createMemory(examination === undefined ? {} : { examination })
  memory.observe(acts)
  return memory
}

/** Relevant products by query, with those judged not relevant as look-alikes. */
export function learnedQueries(queries: readonly JudgedQuery[]): LearnedQuery[] {
  return queries.map(({ text, grades }) => {
    const all = [...grades]
    const relevant = all.filter(([, grade]) => grade > 0)
    const most = Math.max(...relevant.map(([, grade]) => grade))
    return {
      text,
      positives: relevant.map(([id]) => id),
      weights: relevant.map(([, grade]) => grade / most),
      negatives: all.filter(([, grade]) => grade === 0).map(([id]) => id),
    }
  })
}

/** Products that the words of a query find and that are not right, to learn from. */
const LOOK_ALIKES = 10

/** The vector arm of a catalogue, learned from queries (none: from its texts alone). */
export async function vectorArm(
  index: SearchIndex,
  { products, fields }: Catalogue,
  queries: readonly LearnedQuery[],
  seed: number,
) {
  const since = process.cpuUsage()
  const learned = await learnVectors(
    products,
    fields,
    withLookAlikes(index, queries, LOOK_ALIKES),
    { seed, workers: 2 },
  )
  const learning = cpuSeconds(since)
  const { encoder } = learned
  const store = createVectorStore(encoder.width)
  fillVectors(store, encoder, products, fields)
  const filling = cpuSeconds(since) - learning
  return {
    arm: createVectorArm(index, store, ({ text }) => encodeQuery(encoder, text)),
    learned,
    learning,
    filling,
    bytes: saveEncoder(encoder).length + store.save().length,
  }
}
